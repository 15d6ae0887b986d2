/** Schema readers: programs such as Kafka UIs, which read schemas by a lasting secret and may do nothing else. */
import Type, { type Static } from 'typebox'
import { systemBody } from './department.ts'

export const readerBody = Type.Object(
  {
    title: systemBody.properties.title,
    topics: Type.Optional(
      Type.Boolean({
        description: 'Whether it sees at Kafka which topics, partitions and offsets there are; never a message',
      }),
    ),
  },
  { additionalProperties: false },
)

export type Reader = { id: string; department: string } & Required<Static<typeof readerBody>>

/** No system has two slashes, so none can be called so. */
export const readerId = (department: string, name: string): string => `${department}/readers/${name}`

export type ReaderSecret = { id: string; secret: string; since: Date }

/** `active`: it has a secret. `digest`: the SHA-256 of that. */
export type ReaderStanding = { id: string; department: string; active: boolean; digest?: Buffer; rights: readonly [] }
