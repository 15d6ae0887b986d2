/** What is said of a registry that has grown. */
import { type Figure, figureOf, type Outcome } from '../figures.ts'
import type { Measured } from '../load/load.ts'

/** What was measured with so many records; `ingest` in records a second. */
export type Size = { records: number; pulls: Measured[]; ingest: number[] }
export type Bytes = { record: number; entry: number }

/** Each size against the first; the goals are for the largest. */
export function figuresOf(sizes: readonly Size[], { record, entry }: Bytes): Pick<Outcome, 'ratios' | 'figures'> {
  const [first, ...later] = sizes as [Size, ...Size[]]
  const largest = later.at(-1)!
  const middle = (values: number[]) => figureOf({ name: '', title: '', unit: '' }, values).value
  const ratio = (name: string, title: string, of: (size: Size) => number[], goal: NonNullable<Figure['goal']>) =>
    later.map(size =>
      figureOf(
        {
          name: `growth.${name}.${size.records}`,
          title: `${title}: ${size.records.toLocaleString('en')} / ${first.records.toLocaleString('en')} records`,
          unit: '×',
          ...(size === largest && { goal }),
        },
        of(size).map(value => value / middle(of(first))),
      ),
    )
  const plain = (name: string, title: string, unit: string, of: (size: Size) => number[]) =>
    sizes.map(size =>
      figureOf(
        { name: `growth.${name}.${size.records}.value`, title: `${size.records.toLocaleString('en')}: ${title}`, unit },
        of(size),
      ),
    )
  const perSecond = ({ pulls }: Size) => pulls.map(run => run.perSecond)
  const p99 = ({ pulls }: Size) => pulls.map(run => run.p99)
  const processor = ({ pulls }: Size) => pulls.map(({ cpu }) => Object.values(cpu).reduce((sum, one) => sum + one, 0))
  return {
    ratios: [
      ...ratio('pulls', 'pulls a second', perSecond, { atLeast: 0.85 }),
      ...ratio('p99', 'p99 of pulls', p99, { atMost: 1.3 }),
      ...ratio('ingest', 'records taken in a second', size => size.ingest, { atLeast: 0.8 }),
    ],
    figures: [
      ...plain('pulls', 'pulls', '/s', perSecond),
      ...plain('p99', 'p99', 'ms', p99),
      ...plain('processor', 'exchange and PostgreSQL', 'µs of CPU a pull', processor),
      ...plain('ingest', 'records taken in', '/s', size => size.ingest),
      figureOf({ name: 'growth.record.bytes', title: 'a record with its subjects and indexes', unit: 'bytes' }, [
        record,
      ]),
      figureOf(
        { name: 'growth.entry.bytes', title: 'a log entry with its subjects, indexes and tiles', unit: 'bytes' },
        [entry],
      ),
    ],
  }
}
