/** Which test files a call of run.ts takes. Pure, so that the choice itself is tested. */

/** Wider stages: each is a script `test:<name>` of package.json and a step of .ci/run. `npm test` runs all the rest. */
export const stages: Readonly<Record<string, readonly string[]>> = {
  // Beside the folder: inputs of public bug reports, and what waits for an outage, the broker or a process to end.
  faults: [
    'test/faults/',
    'test/cases/',
    'test/services/adapter/kafka-outage',
    'test/services/adapter/process',
    'test/services/exchange/records/ingest/rejected-topic',
  ],
  browsers: ['test/services/console/console'],
  clients: ['test/interop/'],
  /** By test/containers/run.sh, on a container engine of its own. */
  containers: ['test/containers/'],
}

/** Needs Java on this machine, even where other tests run in containers. */
export const embeddedOnly = [
  'test/services/local/kafka',
  'test/services/console/console',
  'test/journeys/start',
  'test/faults/compressed',
]

/**
 * Jest's own arguments. `asked` is a stage (`--stage faults`) or paths; nothing means the core. Paths stand first:
 * `--testPathIgnorePatterns` is a list that swallows whatever follows it.
 */
export function pathsFor(asked: readonly string[], hasJava: boolean): string[] {
  const [option, name = ''] = asked
  const stage = option === '--stage' ? stages[name] : undefined
  if (option === '--stage' && !stage) throw new Error(`There is no stage ${name}: ${Object.keys(stages).join(', ')}`)
  const left = [...(hasJava ? [] : embeddedOnly), ...(asked.length === 0 ? Object.values(stages).flat() : [])]
  return [...(stage ?? asked), ...left.map(path => `--testPathIgnorePatterns=${path}`)]
}
