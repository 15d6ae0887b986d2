/**
 * Compiled schemas in memory, for ingest and for dry runs. A registered version never changes, so that what is cached
 * is dropped only when some process deprecates or deletes something: one that was not there is not remembered.
 */
import type pg from 'pg'
import type { CodeExceptions } from '../../../contract/code-exceptions.ts'
import { isFailure } from '../../../contract/failure.ts'
import type { Logger } from '../../../contract/log.ts'
import { compileGuarded, type Validate } from '../../../json-schema/validation.ts'
import { type Listening, listen } from '../../../postgres/notifications.ts'
import { createChecker } from './checking/checker.ts'
import { createInTurn } from './checking/in-turn.ts'
import { readByGuid, readById, readVersion, schemaChannel } from './schema-store.ts'
import type { RegisteredSchema } from './schema-version.ts'
import type { Schemas, SchemaVersion } from './schemas.ts'

/** Compiled versions kept at most. */
const mostCompiled = 500

type SchemasOptions = { pool: pg.Pool; url: string; log: Logger; exceptions: CodeExceptions }

export async function openSchemas({ pool, url, log, exceptions }: SchemasOptions): Promise<Schemas> {
  const validators = new Map<string, Promise<SchemaVersion | undefined>>()
  const names = new Map<number | string, Promise<{ dataset: string; version: number } | undefined>>()
  const remembered = (name: number | string, find: () => Promise<RegisteredSchema | undefined>) =>
    remember(names, name, async () => {
      const found = await find()
      return found && { dataset: found.dataset, version: found.version }
    })
  const forget = async () => {
    validators.clear()
    names.clear()
  }
  const checker = createChecker({ log })
  const validates = new Map<number, Validate>()
  const listening: Listening = await listen({ url, channel: schemaChannel, log }, forget)
  return {
    validatorFor: (dataset, version) =>
      remember(validators, `${dataset} ${version}`, async () =>
        compiled(await readVersion(pool, dataset, version), validates, { log, exceptions }),
      ),
    byGlobalId: id => remembered(id, () => readById(pool, id)),
    byGuid: guid => remembered(guid, () => readByGuid(pool, guid)),
    check: checker.check,
    inTurn: createInTurn(),
    forget,
    verify: () => listening.verify(),
    close: async () => {
      await listening.close()
      await checker.close()
    },
  }
}

/** Concurrent callers share one look-up; a failed one, or one that found nothing, is not remembered. */
function remember<K, V>(
  cache: Map<K, Promise<V | undefined>>,
  key: K,
  look: () => Promise<V | undefined>,
): Promise<V | undefined> {
  const known = cache.get(key)
  if (known) return known
  const looking = look()
  cache.set(key, looking)
  const drop = () => cache.get(key) === looking && cache.delete(key)
  looking.then(value => value === undefined && drop(), drop)
  return looking
}

/** Only the end of publishing with a version can change; its validator is made once. */
function compiled(
  registered: RegisteredSchema | undefined,
  validates: Map<number, Validate>,
  { log, exceptions }: Pick<SchemasOptions, 'log' | 'exceptions'>,
): SchemaVersion | undefined {
  if (!registered) return undefined
  const validate = validates.get(registered.id) ?? compileGuarded(registered.schema, exceptions)
  if (isFailure(validate)) {
    log.error({ dataset: registered.dataset, version: registered.version }, 'a registered schema no longer compiles')
    return undefined
  }
  if (validates.size >= mostCompiled) validates.clear()
  validates.set(registered.id, validate)
  return { validate, ...(registered.refusedFrom && { refusedFrom: registered.refusedFrom }) }
}
