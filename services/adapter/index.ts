/**
 * The adapter as a library (the package @datarun/adapter), for a department's program that has records at hand:
 *
 * ```ts
 * import { createAdapter, createLog, isFailure, readAdapterSettings } from '@datarun/adapter'
 *
 * const config = { dataset: 'civil-affairs.marriage-certificate', system: 'civil-affairs/marriage-registry' }
 * const adapter = await createAdapter(config, readAdapterSettings(process.env), { log: createLog('registry') })
 * if (isFailure(adapter)) throw new Error(adapter.detail)
 *
 * const outcome = await adapter.publisher.publish(record, { change: 'issued', sequence: 7 })
 * if (isFailure(outcome)) console.error(outcome.failure, outcome.violations)
 * else console.log(`${outcome.key} is safe on Kafka`)
 *
 * await adapter.close()
 * ```
 *
 * The same record under the same sequence is the same event, however often it is sent: after UNAVAILABLE send it again. Expected bad
 * outcomes are values (`Failure`), not exceptions; only bad settings (`SettingsError`) and bugs throw.
 */
export type { Json, JsonObject } from '../contract/canonical-json.ts'
export type { RecordChange } from '../contract/envelope.ts'
export { type Failure, type FailureCode, isFailure, type Violation } from '../contract/failure.ts'
export { createLog, type Logger } from '../contract/log.ts'
export { SettingsError } from '../contract/settings.ts'
export { type Adapter, createAdapter, type Surroundings } from './adapter.ts'
export { type Config, configOf, readConfig } from './config.ts'
export type { FileState } from './publish-file.ts'
export type { Published, RecordEventHint, RecordPublisher } from './publish-record.ts'
export { type AdapterSettings, readAdapterSettings } from './settings.ts'
