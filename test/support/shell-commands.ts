/**
 * The simple commands of a shell script as documents print them, each as its words: enough of POSIX's grammar (2.3, 2.7) for that.
 * Redirections, assignments, comments and here-documents are left out; what `$(…)` holds is a command of its own.
 */
export function shellCommands(script: string): string[][] {
  const commands: string[][] = []
  readList(withoutHereDocuments(script.replaceAll('\\\n', ' ')), 0, commands)
  return commands.map(bare).filter(words => words.length > 0)
}

const withoutHereDocuments = (script: string) => script.replace(/<<-?\s*'?(\w+)'?([^\n]*)\n[\s\S]*?\n\1(?=\n|$)/g, '$2')

/** Reads until the closing bracket of a `$(`, or to the end; returns where it stopped. */
function readList(text: string, from: number, commands: string[][]): number {
  let words: string[] = []
  let word: string | undefined
  const endWord = () => {
    if (word !== undefined) words.push(word)
    word = undefined
  }
  const endCommand = () => {
    endWord()
    if (words.length > 0) commands.push(words)
    words = []
  }
  let at = from
  for (; at < text.length; at++) {
    const sign = text[at]!
    if (text.startsWith('$(', at) && !text.startsWith('$((', at)) {
      at = readList(text, at + 2, commands)
      word = `${word ?? ''}$`
    } else if (sign === ')') break
    else if (sign === "'") {
      const end = text.indexOf("'", at + 1)
      word = (word ?? '') + text.slice(at + 1, end)
      at = end
    } else if (sign === '"') {
      const quoted = readQuoted(text, at + 1, commands)
      word = (word ?? '') + quoted.text
      at = quoted.end
    } else if (sign === '#' && word === undefined) at = endOfLine(text, at) - 1
    else if ('\n;&|{}'.includes(sign) && !(sign === '&' && /[<>]$/.test(word ?? ''))) endCommand()
    else if (sign === ' ' || sign === '\t') endWord()
    else word = (word ?? '') + sign
  }
  endCommand()
  return at
}

function readQuoted(text: string, from: number, commands: string[][]): { text: string; end: number } {
  let found = ''
  let at = from
  for (; at < text.length && text[at] !== '"'; at++) {
    if (text.startsWith('$(', at)) {
      at = readList(text, at + 2, commands)
      found += '$'
    } else if (text[at] === '\\') found += text[++at] ?? ''
    else found += text[at]
  }
  return { text: found, end: at }
}

const endOfLine = (text: string, at: number) => {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

/** Without assignments before the command, words of the shell, and redirections. */
function bare(words: string[]): string[] {
  const start = words.findIndex(word => !/^\w+=/.test(word) && !shellWords.has(word))
  const kept: string[] = []
  const rest = start < 0 ? [] : words.slice(start)
  for (let at = 0; at < rest.length; at++) {
    if (/^\d?[<>]+&?\d?$/.test(rest[at]!)) at += 1
    else if (!/^\d?[<>]/.test(rest[at]!)) kept.push(rest[at]!)
  }
  return kept
}

const shellWords = new Set(['if', 'then', 'else', 'do', 'done', 'while', 'for', 'fi', '!', 'time', '$'])
