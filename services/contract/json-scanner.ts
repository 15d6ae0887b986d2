/** A walk over a text that is known to be JSON, token by token. */

const separators = ' \t\r\n,:'
/** Of numbers, true, false and null. */
const ofScalars = '+-.0123456789eEtrufalsn'

export type JsonScanner = {
  /** The next token's first character; the token is not taken. */
  next(): string | undefined
  takeString(): string
  /** A number, true, false or null as it is written. */
  takeScalar(): string
  /** Past `{` or `[`. */
  enter(): void
  /** Whether the object or list ends here, as `closing` says; it is left then. */
  leaves(closing: '}' | ']'): boolean
  /** Past a list or an object, however deep it is. */
  passNested(): void
}

export function scanJson(text: string): JsonScanner {
  let at = 0
  const skip = (units: string) => {
    const start = at
    while (units.includes(text[at]!) && at < text.length) at += 1
    return text.slice(start, at)
  }
  return {
    next() {
      skip(separators)
      return text[at]
    },
    takeString() {
      const start = at
      at = endOfString(text, at) + 1
      return JSON.parse(text.slice(start, at)) as string
    },
    takeScalar: () => skip(ofScalars),
    enter() {
      at += 1
    },
    leaves(closing) {
      skip(separators)
      if (text[at] !== closing) return false
      at += 1
      return true
    },
    passNested() {
      at = endOfNested(text, at)
    },
  }
}

/** Behind the list or object that begins at `start`. */
function endOfNested(text: string, start: number): number {
  let at = start
  for (let depth = 0; ; at += 1) {
    if (text[at] === '"') at = endOfString(text, at)
    else if (text[at] === '[' || text[at] === '{') depth += 1
    else if ((text[at] === ']' || text[at] === '}') && --depth === 0) return at + 1
  }
}

/** Where the string that begins at `at` has its closing quote. */
export function endOfString(text: string, at: number): number {
  let end = text.indexOf('"', at + 1)
  while (text[end - 1] === '\\' && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end
}

/** After an odd number of backslashes. */
function isEscaped(text: string, at: number): boolean {
  let start = at
  while (text[start - 1] === '\\') start -= 1
  return (at - start) % 2 === 1
}
