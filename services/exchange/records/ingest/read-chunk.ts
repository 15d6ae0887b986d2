/** Messages as record versions, or as the reasons why they are none, before anybody goes to PostgreSQL with them. */
import { setImmediate as others } from 'node:timers/promises'
import type { IncomingMessage } from '../../../contract/envelope.ts'
import { type Failure, failure } from '../../../contract/failure.ts'
import type { Logger } from '../../../contract/log.ts'
import { readOnce } from '../../../kafka/kafka.ts'
import type { RecordVersion } from '../registry/version.ts'
import type { SchemaSource } from '../schemas/schemas.ts'
import type { BatchSchemas, ReadMessage } from './read-message.ts'
import { resolveSchemas } from './resolve-schemas.ts'
import { isSurroundings, triedAgain } from './unforeseen.ts'

/** To each message what it was read as. */
export type ReadChunk = { messages: IncomingMessage[]; outcomes: (RecordVersion | Failure)[] }

/** `hear` is told of messages before they are read: their publishers may be newer than what is known here. */
export type Reading = {
  dataset: string
  read: ReadMessage
  schemas: SchemaSource
  log: Logger
  hear: (some: IncomingMessage[]) => Promise<void>
}

/** As many at a time as hold the event loop for a few milliseconds: pulls are answered in between. */
const readAtOnce = 250

/** Throws on outages only. Whatever else goes wrong with a message is that message's outcome, and no other's. */
export async function readChunk(reading: Reading, messages: IncomingMessage[]): Promise<ReadChunk> {
  const outcomes: ReadChunk['outcomes'] = []
  while (outcomes.length < messages.length) {
    if (outcomes.length > 0) await others()
    // Read whole for as long as they are looked at: kept for the chunk, they would be most of what the garbage collector copies.
    const some = messages.slice(outcomes.length, outcomes.length + readAtOnce).map(readOnce)
    await reading.hear(some)
    for (const outcome of await readSome(reading, some)) outcomes.push(outcome)
  }
  return { messages, outcomes }
}

async function readSome(reading: Reading, messages: IncomingMessage[]): Promise<ReadChunk['outcomes']> {
  const look = (some: IncomingMessage[]) => resolveSchemas(reading.schemas, reading.dataset, some)
  const known = await orNothing(reading, () => triedAgain(() => look(messages)))
  const outcomes: ReadChunk['outcomes'] = []
  for (const message of messages)
    outcomes.push(readOne(reading, message, known ?? (await orNothing(reading, () => look([message])))))
  return outcomes
}

/** Undefined where schemas cannot be looked up for a reason that nobody foresaw: of a batch, each message then has its turn. */
async function orNothing({ dataset, log }: Reading, look: () => Promise<BatchSchemas>) {
  try {
    return await look()
  } catch (error) {
    if (isSurroundings(error)) throw error
    log.error({ err: error, dataset }, 'schemas of messages could not be looked up')
    return undefined
  }
}

function readOne({ read, dataset, log }: Reading, message: IncomingMessage, known: BatchSchemas | undefined) {
  if (!known) return failure('RECORD_NOT_TAKEN', { detail: notTaken })
  try {
    return read(message, known)
  } catch (error) {
    log.error({ err: error, dataset, offset: message.offset }, 'message rejected: it could not be read')
    return failure('RECORD_NOT_TAKEN', { detail: notTaken })
  }
}

export const notTaken = 'It is kept as it came: once the operator has mended the hub, replay it.'
