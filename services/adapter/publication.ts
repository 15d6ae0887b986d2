/** By what records are published at this moment: the system, the dataset, and the schema as the hub has it. */
import { type Failure, isFailure } from '../contract/failure.ts'
import type { Config } from './config-schema.ts'
import type { HubSchemas } from './hub-schemas.ts'
import type { Publication } from './message.ts'

export type PublicationSource = {
  /** Asks the hub. */
  fresh: () => Promise<Publication | Failure>
  /** As the hub said within the last minute; older than that it is asked meanwhile, and nobody waits. */
  recent: () => Promise<Publication | Failure>
}

const goodFor = 60_000

export function createPublicationSource(
  { system, dataset }: Config,
  schemas: HubSchemas,
  now: () => Date,
): PublicationSource {
  let last: { publication: Publication; askedAt: number } | undefined
  let asking: Promise<Publication | Failure> | undefined
  const ask = async () => {
    const schema = await schemas.current()
    if (isFailure(schema)) return schema
    const publication = last?.publication.schema === schema ? last.publication : { system, dataset, schema }
    last = { publication, askedAt: now().getTime() }
    return publication
  }
  /** However many wait for it, the hub is asked once. */
  const fresh = () => {
    asking ??= ask().finally(() => {
      asking = undefined
    })
    return asking
  }
  return {
    fresh,
    recent: async () => {
      if (!last) return fresh()
      if (now().getTime() - last.askedAt > goodFor) {
        last.askedAt = now().getTime()
        void fresh()
      }
      return last.publication
    },
  }
}
