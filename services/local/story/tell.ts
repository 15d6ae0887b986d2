/** How the story is told: a bar that renews itself on a terminal, plain lines elsewhere. */
import { Presets, SingleBar } from 'cli-progress'

export type Output = NodeJS.WriteStream

export type Teller = {
  say(line?: string): void
  /** Runs a long step; `progress` may be called with how much of `total` is done. */
  step<T>(name: string, total: number | undefined, work: (progress: (done: number) => void) => Promise<T>): Promise<T>
}

export function createTeller(output: Output): Teller {
  const say = (line = '') => void output.write(`${line}\n`)
  return {
    say,
    step: async (name, total, work) => {
      const started = performance.now()
      const bar = output.isTTY && total ? startBar(output, name, total) : undefined
      if (!bar) say(`· ${name} …`)
      let done = 0
      try {
        const outcome = await work(now => {
          done = now
          bar?.update(Math.min(now, total ?? now))
        })
        bar?.stop()
        const seconds = ((performance.now() - started) / 1000).toFixed(1)
        say(`✓ ${name}${done > 0 ? `: ${done.toLocaleString('en')}` : ''} (${seconds} s)`)
        return outcome
      } catch (error) {
        bar?.stop()
        say(`✗ ${name}`)
        throw error
      }
    },
  }
}

function startBar(stream: Output, name: string, total: number): SingleBar {
  const bar = new SingleBar({ stream, format: `  ${name} {bar} {value}/{total}`, clearOnComplete: true }, Presets.rect)
  bar.start(total, 0)
  return bar
}

/** Columns by what a terminal shows: a Chinese character takes two cells. */
export function table(rows: string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => cells(row[column] ?? ''))))
  return rows.map(row =>
    row
      .map((text, column) => text + ' '.repeat(widths[column]! - cells(text)))
      .join('  ')
      .trimEnd(),
  )
}

const cells = (text: string) =>
  [...text].reduce(
    (sum, character) =>
      sum +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/.test(character) ? 2 : 1),
    0,
  )
