export type Line = { kind: 'same' | 'added' | 'removed'; text: string }

/** The shortest way from one text to another, line by line (longest common subsequence; schemas have some hundred lines). */
export function lineDifference(before: string, after: string): Line[] {
  const [one, other] = [before.split('\n'), after.split('\n')]
  const lengths = commonLengths(one, other)
  const lines: Line[] = []
  let [i, j] = [0, 0]
  while (i < one.length || j < other.length) {
    if (i < one.length && j < other.length && one[i] === other[j]) {
      lines.push({ kind: 'same', text: one[i]! })
      i++
      j++
    } else if (j < other.length && (i === one.length || lengths[i]![j + 1]! > lengths[i + 1]![j]!)) {
      lines.push({ kind: 'added', text: other[j++]! })
    } else {
      lines.push({ kind: 'removed', text: one[i++]! })
    }
  }
  return lines
}

export type ShownLine = Line | { kind: 'gap'; lines: number }

const context = 3

/** Of lines that did not change, those near a change; the others are counted. */
export function nearChanges(lines: readonly Line[]): ShownLine[] {
  const near = lines.map((_, at) => lines.slice(Math.max(0, at - context), at + context + 1).some(isChange))
  const shown: ShownLine[] = []
  for (const [at, line] of lines.entries()) {
    const last = shown.at(-1)
    if (near[at]) shown.push(line)
    else if (last?.kind === 'gap') last.lines += 1
    else shown.push({ kind: 'gap', lines: 1 })
  }
  return shown
}

const isChange = ({ kind }: Line) => kind !== 'same'

/** `[i][j]`: how many lines the texts have in common from line i and line j on. */
function commonLengths(one: readonly string[], other: readonly string[]): Uint16Array[] {
  const lengths = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1))
  for (let i = one.length - 1; i >= 0; i--) {
    for (let j = other.length - 1; j >= 0; j--) {
      const [row, below] = [lengths[i]!, lengths[i + 1]!]
      row[j] = one[i] === other[j] ? below[j + 1]! + 1 : Math.max(below[j]!, row[j + 1]!)
    }
  }
  return lengths
}
