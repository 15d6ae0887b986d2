/** The layout as the walls are checked against it: storeys from top to bottom, with a line of reason for each. */

export type Storey = { folder: string; because: string }

/** A file belongs to the longest folder that it lies in. It may import from its own storey and from those below. */
export const storeys: readonly Storey[] = [
  { folder: 'cli', because: 'the command that starts and asks all the others' },
  { folder: 'local', because: 'a whole city on one machine: it runs the services and plays their callers' },
  { folder: 'identity', because: 'a process of its own; the hub knows its keys and no line of its code' },
  { folder: 'adapter', because: 'runs at a department, and is published as a package' },
  { folder: 'client', because: 'asks the hub over HTTP' },
  { folder: 'auditor', because: 'trusts nobody: shares canonical JSON with the writer, and nothing else' },
  { folder: 'exchange', because: 'puts the rooms together: the only place that knows them all' },
  { folder: 'exchange/views', because: 'shows and counts what the rooms below hold' },
  { folder: 'exchange/pull', because: 'the main job' },
  { folder: 'exchange/records/correction', because: 'contests and mends records, so it reads the registry' },
  { folder: 'exchange/records/name-check', because: 'compares records with each other' },
  { folder: 'exchange/records/ingest', because: 'brings records into the registry' },
  { folder: 'exchange/records/registry', because: 'holds the records' },
  { folder: 'exchange/records/schemas', because: 'says what a record may be' },
  { folder: 'exchange/law/decision', because: 'judges by agreements and consents' },
  { folder: 'exchange/law/consent', because: 'rests on agreements and the catalogue' },
  { folder: 'exchange/law/agreement', because: 'rests on the catalogue' },
  { folder: 'exchange/law/catalogue', because: 'departments, datasets, matters' },
  { folder: 'exchange/law/clock', because: 'time limits in working days, which the law’s rooms share' },
  { folder: 'exchange/log', because: 'puts the log’s rooms together' },
  { folder: 'exchange/log/reading', because: 'searches the log; each reading is an entry' },
  { folder: 'exchange/log/keeping', because: 'keeps checkpoints outside, proves, prunes' },
  { folder: 'exchange/log/index', because: 'finds entries; retention drops what it holds of those that go' },
  { folder: 'exchange/log/append', because: 'writes entries' },
  { folder: 'exchange/log/tree', because: 'hashes, notes and proofs' },
  { folder: 'exchange/platform', because: 'HTTP, identity, metrics, ids: what every room stands on' },
  { folder: 'postgres', because: 'the way to PostgreSQL' },
  { folder: 'kafka', because: 'the way to Kafka' },
  { folder: 'schema-compatibility', because: 'proves that one schema accepts what another did: pure' },
  { folder: 'json-schema', because: 'the validator that hub and adapters share' },
  { folder: 'contract', because: 'what both sides agree on' },
]

/** Services that run alone know none of each other's rooms, though they stand above them. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  identity: ['identity', 'postgres', 'contract'],
  adapter: ['adapter', 'kafka', 'json-schema', 'contract'],
  client: ['client', 'contract'],
  auditor: ['auditor', 'contract/canonical-json.ts'],
}

export const storeyOf = (file: string): number => {
  const fits = ({ folder }: Storey) => file.startsWith(`${folder}/`)
  const found = storeys.filter(fits).toSorted((one, other) => other.folder.length - one.folder.length)[0]
  return found ? storeys.indexOf(found) : -1
}

/** First words of actions: they open a transaction, call rules and stores, write the log. */
const verbs = new Set(
  `accept add answer append ask build change check close continue copy count create decide delete find give hold import issue keep list
  load lock log make measure name note open pack preview propose prove prune put raise read record refuse register replay request
  resolve review revoke run search seal settle skip start stop store sweep take tell verify watch withdraw write`.split(
    /\s+/,
  ),
)

export type Role = 'store' | 'routes' | 'action' | 'page' | 'rules'

/** Read off the name alone; `page` is the pull, which reads as the design page tells it. */
export function roleOf(file: string): Role {
  const name = file.slice(file.lastIndexOf('/') + 1, -'.ts'.length)
  if (file === 'exchange/pull/pulls.ts') return 'page'
  if (name.endsWith('-store')) return 'store'
  if (name === 'routes' || name.endsWith('-routes')) return 'routes'
  return name.includes('-') && verbs.has(name.slice(0, name.indexOf('-'))) ? 'action' : 'rules'
}
