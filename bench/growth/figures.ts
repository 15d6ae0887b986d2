/** Figures of a registry that has grown. */
import { type Figure, figureOf, type Outcome, ratioOf } from '../figures.ts'
import type { Measured } from '../load/load.ts'

/** `ingest` in records a second. */
type OfSize = { pulls: Measured; ingest: number }
/** One after the other; `near` asks the large registry about as many residents as the small one has. */
export type Round = { small: OfSize; large: OfSize; near: Measured }
export type Bytes = { record: number; entry: number }
/** Milliseconds, the 99th of a hundred: the proof of any entry, and a search by subject. */
export type Reads = { proof: number; search: number }

export function figuresOf(
  sizes: { small: number; large: number },
  measured: readonly Round[],
  { record, entry, proof, search }: Bytes & Reads,
): Required<Pick<Outcome, 'ratios' | 'figures' | 'details'>> {
  const [few, many] = [sizes.small, sizes.large].map(size => size.toLocaleString('en')) as [string, string]
  const ratio = (name: string, title: string, of: (size: OfSize) => number, goal: NonNullable<Figure['goal']>) =>
    ratioOf(
      { name: `growth.${name}`, title: `${title}: ${many} / ${few} records`, goal },
      measured,
      ({ large }) => of(large),
      ({ small }) => of(small),
    )
  const plain = (name: string, title: string, unit: string, of: (round: Round) => number) =>
    figureOf({ name: `growth.${name}`, title, unit }, measured.map(of))
  const ofBoth = (name: string, title: string, unit: string, of: (size: OfSize) => number) => [
    plain(`small.${name}`, `${few}: ${title}`, unit, ({ small }) => of(small)),
    plain(`large.${name}`, `${many}: ${title}`, unit, ({ large }) => of(large)),
  ]
  const cost = 'µs of CPU a pull'
  return {
    ratios: [
      ratio('pulls', 'pulls a second', ({ pulls }) => pulls.perSecond, { atLeast: 0.9 }),
      ratio('p99', 'p99 of pulls', ({ pulls }) => pulls.p99, { atMost: 1.2 }),
      ratio('ingest', 'records taken in a second', ({ ingest }) => ingest, { atLeast: 0.8 }),
      ratioOf(
        {
          name: 'growth.near',
          title: `pulls a second: ${many} records, asked about ${few} residents / ${few} records`,
        },
        measured,
        ({ near }) => near.perSecond,
        ({ small }) => small.pulls.perSecond,
      ),
    ],
    figures: [
      figureOf({ name: 'growth.proof', title: 'large log: proof of any entry, p99', unit: 'ms', goal: { atMost: 5 } }, [
        proof,
      ]),
      figureOf(
        { name: 'growth.search', title: 'large log: search by subject, p99', unit: 'ms', goal: { atMost: 20 } },
        [search],
      ),
      figureOf({ name: 'growth.record.bytes', title: 'a record with its subjects and indexes', unit: 'bytes' }, [
        record,
      ]),
      figureOf({ name: 'growth.entry.bytes', title: 'a log entry with its search terms and tiles', unit: 'bytes' }, [
        entry,
      ]),
    ],
    details: [
      ...ofBoth('pulls', 'pulls', '/s', ({ pulls }) => pulls.perSecond),
      ...ofBoth('p99', 'p99', 'ms', ({ pulls }) => pulls.p99),
      ...ofBoth('exchange', 'exchange', cost, ({ pulls }) => pulls.cpu.server!),
      ...ofBoth('postgres', 'PostgreSQL', cost, ({ pulls }) => pulls.cpu.PostgreSQL!),
      plain(
        'near.postgres',
        `${many}, asked about ${few} residents: PostgreSQL`,
        cost,
        ({ near }) => near.cpu.PostgreSQL!,
      ),
      ...ofBoth('ingest', 'records taken in', '/s', ({ ingest }) => ingest),
    ],
  }
}
