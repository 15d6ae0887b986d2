/**
 * Every command line that a document, a help text or an error shows is one that the program takes. Keeps out: options that are
 * gone, subcommands that never were, a second name for the command.
 */
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from '@jest/globals'
import { type Command, CommanderError } from 'commander'
import { createProgram } from '../../services/cli/program.ts'
import { shellCommands } from '../support/shell-commands.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const documents = globSync(['*.md', '{bench,docs,schemas,services}/**/*.md'], { cwd: root }).filter(
  page => !page.endsWith('CHANGELOG.md'),
)
const sources = globSync('services/**/*.{ts,vue}', {
  cwd: root,
  exclude: path => /node_modules|console\/dist/.test(String(path)),
})

const blocksOf = (text: string) =>
  [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].map(([, kind, content]) => ({ kind: kind!, content: content! }))
const proseOf = (text: string) => text.replace(/^```[\s\S]*?^```/gm, '')

/** `sh` blocks whole, lines after a prompt elsewhere, and what stands between backquotes in a sentence. */
function commandsOfDocument(text: string): string[][] {
  const scripts = blocksOf(text).map(({ kind, content }) =>
    kind === 'sh' ? content : [...content.matchAll(/^\$ (.+)$/gm)].map(([, line]) => line).join('\n'),
  )
  return [...scripts.flatMap(shellCommands), ...quotedCommands(proseOf(text))]
}

/** A command's name alone, without what it is told, is no line to type. */
const asTyped = (line: string) => (/^datarun( [a-z-]+)*$/.test(line) ? `${line} …` : line)

const quotedCommands = (text: string) =>
  [...text.matchAll(/\\?`((?:datarun|npm) [^`\\]+)\\?`/g)].flatMap(([, line]) =>
    shellCommands(asTyped(line!.replaceAll('\n', ' '))),
  )

/** Parses, runs nothing: the error of use, or undefined. A `…` stands for whatever a reader has to say there. */
async function complaint(words: readonly string[]): Promise<string | undefined> {
  const program = await createProgram({}, words[0])
  const open = words.includes('…')
  forEachCommand(program, command => {
    if (command.commands.length === 0) command.action(() => {})
    command.configureOutput({ writeErr: () => {}, writeOut: () => {} })
    if (open) for (const option of command.options) option.mandatory = false
  })
  try {
    await program.parseAsync(
      words.filter(word => word !== '…'),
      { from: 'user' },
    )
    return undefined
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    const isMissing = /missingArgument|optionMissingArgument|commander\.help$/.test(error.code)
    return (isMissing && open) || error.code === 'commander.helpDisplayed' ? undefined : error.message
  }
}

function forEachCommand(command: Command, visit: (command: Command) => void): void {
  visit(command)
  for (const one of command.commands) forEachCommand(one, visit)
}

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

async function complaintOfNpm([verb, ...rest]: readonly string[]): Promise<string | undefined> {
  const name = verb === 'run' ? rest[0] : verb
  if (name === undefined || ['ci', 'install', 'pack'].includes(name)) return undefined
  if (!scripts[name]) return `package.json has no script ${name}`
  const words = rest.slice(rest.indexOf('--') + 1)
  return name === 'start' && rest.includes('--') ? complaint(['start', ...words]) : undefined
}

async function complaintsOf(commands: readonly string[][]): Promise<string[]> {
  const found: string[] = []
  for (const [program, ...words] of commands) {
    const said =
      program === 'datarun' ? await complaint(words) : program === 'npm' ? await complaintOfNpm(words) : undefined
    if (said) found.push(`${[program, ...words].join(' ')}: ${said}`)
  }
  return found
}

test.each(documents)('every command line of %s is one that the program takes', async page => {
  expect(await complaintsOf(commandsOfDocument(read(page)))).toEqual([])
})

test('the documents show every command that calls for an operator, a department or an auditor', () => {
  const shown = documents.flatMap(page => commandsOfDocument(read(page)))
  const named = new Set(shown.filter(([program]) => program === 'datarun').map(([, command]) => command))
  for (const command of [
    'adapter',
    'catalogue',
    'key',
    'ledger',
    'log',
    'log-key',
    'pull',
    'schema',
    'sequence-reset',
    'token',
    'verify',
    'witness',
  ])
    expect([command, named.has(command)]).toEqual([command, true])
})

test('every command that a help, an error or a comment of the code shows is one that the program takes', async () => {
  const shown = sources.flatMap(file => quotedCommands(read(file)))
  expect(shown.length).toBeGreaterThan(8)
  expect(await complaintsOf(shown)).toEqual([])
})

test('the command has one name, and one page says how to get it', () => {
  const others = /services\/cli\/datarun|npx datarun(?!-)|npm run datarun|node services\/cli\/main|alias datarun/
  const pages = [...documents, ...sources].filter(file => others.test(read(file)))
  expect(pages).toEqual([])
  const howTo = documents.filter(page => read(page).includes('PATH="$PWD/services/cli:$PATH"'))
  expect(howTo).toEqual(['docs/command-line.md'])
})

test('a line that the program would not take is found', async () => {
  const script = [
    'export A=1 TOKEN=$(datarun token --persona auditor)',
    'echo "x" | datarun pull --matter m',
    "cat > f <<'END'\ndatarun nothing\nEND",
    'datarun log-key hub.example/log > key   # no --out',
    'datarun catalog apply schemas; npm run none',
  ].join('\n')
  expect(await complaintsOf(shellCommands(script))).toEqual([
    expect.stringContaining("unknown option '--persona'"),
    expect.stringContaining("required option '--out <file>' not specified"),
    expect.stringContaining("unknown command 'catalog'"),
    expect.stringContaining('no script none'),
  ])
})
