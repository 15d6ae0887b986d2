/** How far a file is, for whoever watches: one line that renews itself on a terminal, a line now and then elsewhere. */
import type { FileState } from './publish-file.ts'

type Output = { isTTY?: boolean; write: (text: string) => unknown }

const rowsPerLine = 50_000

export function showProgress(output: Output): (dataset: string, state: FileState) => void {
  let told = 0
  return (dataset, { file, state, rows, refused, reason }) => {
    const counts = `${rows} rows${refused > 0 ? `, ${refused} refused` : ''}`
    const more = state === 'unchanged' ? ', as published before' : state === 'stopped' ? `, stopped: ${reason}` : ''
    const line = `${dataset}  ${file}  ${counts}${more}`
    if (output.isTTY) output.write(`\r\u001b[K${line}${state === 'reading' ? '' : '\n'}`)
    else if (state !== 'reading' || rows >= told + rowsPerLine || rows < told) {
      told = rows
      output.write(`${line}\n`)
    }
  }
}
