/** `npm run docs`: the pages that are made from the code, so that they cannot say anything else. A test compares them. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { adapterDeclarations } from '../services/adapter/settings.ts'
import { createProgram } from '../services/cli/program.ts'
import { type FailureKind, failures } from '../services/contract/failure.ts'
import { roles } from '../services/contract/role.ts'
import { type Declarations, variableOf } from '../services/contract/settings.ts'
import { type Act, acts, whoMay } from '../services/exchange/platform/identity/acts.ts'
import { exchangeDeclarations } from '../services/exchange/settings.ts'
import { identityDeclarations } from '../services/identity/settings.ts'

const made = '<!-- Made by `npm run docs`; do not edit. -->'

const program = await createProgram({})

export const pages: Record<string, () => string> = {
  'command-line.md': commandLinePage,
  'failures.md': failuresPage,
  'rights.md': rightsPage,
  'settings.md': settingsPage,
}

function commandLinePage(): string {
  return `${made}

# The command line · 命令行

The command is \`datarun\`, in all documents, helps and errors. Set-up (\`npm start\`, \`npm test\`) leaves it in the repository; a
shell there finds it after

\`\`\`sh
PATH="$PWD/services/cli:$PATH"
datarun --help
\`\`\`

With Docker alone, beside \`docker compose up\`, where it acts as \`natural-resources/title-office\` (\`--as\` and \`--key
/config/systems/….json\` for another system):

\`\`\`sh
datarun() { docker compose run --rm -T datarun "$@"; }
\`\`\`

Commands that read or write files of yours (\`key\`, \`schema\`, \`verify\`) see those below the folder in which you are so; the keys of the
sample systems they do not see:

\`\`\`sh
datarun() { docker compose run --rm -T --no-deps --user "$(id -u)" -v "$PWD:/here" -w /here datarun "$@"; }
\`\`\`

命令统一写作 \`datarun\`。在代码目录中执行上面第一行后即可使用；只有 Docker 时，使用后两种写法：
读写本机文件的命令（如 \`key\`）用最后一种，其余用前一种。

- Results go to standard output; logs, progress and complaints go to standard error.
- \`--json\`, which every command has, prints JSON alone on standard output: one document, or a line for each round of a command
  that goes on until it is stopped.
- Exit codes: 0 done; 1 failed, or something is wrong; 2 used wrongly; 3 done but something was refused, or it could not be checked.
- Personal ids are read from standard input, never from the command line, which others of the machine can read.

| command | does |
|---|---|
${leavesOf(program).map(rowOf).join('\n')}
`
}

type Leaf = { path: string; command: Command }

const leavesOf = (command: Command, path = command.name()): Leaf[] =>
  command.commands.length === 0
    ? [{ path, command }]
    : command.commands.flatMap(one => leavesOf(one, `${path} ${one.name()}`))

const rowOf = ({ path, command }: Leaf) => {
  const words = command.registeredArguments.map(one => (one.required ? `<${one.name()}>` : `[${one.name()}]`))
  return `| \`${[path, ...words, '…'].join(' ')}\` | ${command.description().replaceAll('<', '&lt;')} |`
}

function failuresPage(): string {
  const rows = Object.entries(failures as Record<string, FailureKind>).map(
    ([code, { status, retry, en, zh }]) => `| \`${code}\` | ${status} | ${retry ? 'yes' : 'no'} | ${en} | ${zh} |`,
  )
  return `${made}

# Failures · 错误代码

Every error of the hub is problem+json (RFC 9457) with one of these codes in \`code\`, the place in \`pointer\` (a JSON
Pointer into what was sent) and the way out in \`detail\` and \`detailZh\`. A code is never renamed or reused. *Again* says whether the same
call can succeed later without being changed. Codes of refused pulls carry their way out in \`wayOut\`, in both languages.
Rejected messages have the same codes, in the list of rejections of their dataset.

| code | status | again | meaning | 含义 |
|---|---|---|---|---|
${rows.join('\n')}
`
}

function rightsPage(): string {
  const rows = Object.keys(acts).map(act => {
    const { roles: held, right } = whoMay(act as Act)
    const cells = roles.map(role => (!held.includes(role) ? '–' : role === 'system' && right ? right : '✓'))
    return `| ${act} | ${cells.join(' | ')} |`
  })
  return `${made}

# Rights · 权限

Who may do what, for every route of both APIs, the hub's own and Confluent's. The hub's own routes carry their act as \`x-act\` in
the OpenAPI document. Where the last column names a right, a system may do it only if the operator gave it that right. An act on
one object has further rules: a steward rules the datasets of the own department, nobody pulls without a basis.

On Kafka, where it is secured, a system that is active may write the topics of its department's datasets with the right \`publish\`, and
read their \`.rejected\` topics with the right \`schemas\`, in consumer groups that begin with \`datarun.<department>.\`. Nobody but the hub
writes a \`.rejected\` topic or reads a dataset's ([kafka.md](kafka.md)).

Open to anyone, without an act: health, the API document, the console's files, the overview of the city, the keys of consent
receipts, and what proves the access log (its keys, checkpoints, tiles and proofs).

| act | ${roles.join(' | ')} |
|---|${roles.map(() => '---|').join('')}
${rows.join('\n')}
`
}

function settingsPage(): string {
  return `${made}

# Settings · 配置项

Read once at the start from the environment; a process with a missing or malformed setting does not start and names every
one of them at once. *required* has no default on purpose.

${section('Exchange · 交换平台', exchangeDeclarations)}
${section('Identity · 身份服务', identityDeclarations)}
${section('Adapter · 部门适配器', adapterDeclarations)}`
}

function section(title: string, declarations: Declarations): string {
  const rows = Object.entries(declarations).map(([name, { help, secret, fallback }]) => {
    const byDefault = fallback === undefined ? '*required*' : defaultOf(fallback)
    return `| \`${variableOf(name)}\` | ${byDefault} | ${help.replaceAll('|', '\\|')}${secret ? ' (secret)' : ''} |`
  })
  return `## ${title}\n\n| variable | default | meaning |\n|---|---|---|\n${rows.join('\n')}\n`
}

const defaultOf = (fallback: unknown) => {
  const text = Array.isArray(fallback) ? fallback.join(',') : String(fallback)
  return text === '' || text === '-1' ? 'none' : `\`${text}\``
}

if (import.meta.main) {
  for (const [name, page] of Object.entries(pages)) await writeFile(join(import.meta.dirname, name), page())
}
