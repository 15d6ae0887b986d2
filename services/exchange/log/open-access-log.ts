/** The access log of a running hub: its keys read, its checkpoints kept in a file and on Kafka, its witnesses asked. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type pg from 'pg'
import type { Logger } from '../../contract/log.ts'
import type { KafkaConnection } from '../../kafka/kafka.ts'
import type { AccessLog } from './append/access-log.ts'
import { createAccessLog } from './append/create-access-log.ts'
import { headsOf, lostLog } from './append/find-lost-head.ts'
import { keysOf } from './append/head-check.ts'
import { openCheckpointFile } from './keeping/checkpoint-file.ts'
import { startCheckpointTopic } from './keeping/checkpoint-topic.ts'
import { startWitnessing, type WitnessAddress } from './keeping/start-witnessing.ts'
import { recordKeys } from './record-keys.ts'
import { createSigner, createVerifier } from './tree/note.ts'

type LogSettings = {
  logOrigin: string
  logKeyFile: string
  logNextKeyFile: string
  logFormerKeys: readonly string[]
  /** `<vkey>|<submission prefix>` each. */
  logWitnesses: readonly string[]
  logWitnessesRequired: number
  logWitnessInterval: number
  checkpointFile: string
}

export type OpenedLog = { accessLog: AccessLog; stop: () => Promise<void> }

export type OpenLogOptions = {
  pool: pg.Pool
  settings: LogSettings
  kafka: KafkaConnection
  log: Logger
  now: () => Date
}

/** @throws where a key cannot be read or the checkpoint file not be written: then nothing could be answered anyway. */
export async function openAccessLog({ pool, settings, kafka, log, now }: OpenLogOptions): Promise<OpenedLog> {
  const signer = createSigner(await readFile(settings.logKeyFile, 'utf8'))
  const next = settings.logNextKeyFile && createSigner(await readFile(settings.logNextKeyFile, 'utf8'))
  const addresses = settings.logWitnesses.map(readWitness)
  const file = openCheckpointFile(settings.checkpointFile)
  const topic = startCheckpointTopic(kafka, settings.logOrigin, log)
  const keys = { signer, ...(next && { nextSigner: next }), formerKeys: settings.logFormerKeys }
  const accessLog = createAccessLog({
    pool,
    ...keys,
    origin: settings.logOrigin,
    now,
    random: randomBytes,
    sinks: [file.keep, topic.keep],
    verifySinks: file.verify,
    kept: headsOf(
      file.notes(),
      settings.logOrigin,
      keysOf(keys).map(({ verifierKey }) => createVerifier(verifierKey)),
    ),
    witnessed: addresses.length > 0,
  })
  const lost = await accessLog.lost(pool)
  // Not ready until an operator has said so; the keys are noted with the start after that.
  if (lost) log.error({ detail: lostLog(lost).message, size: lost.size }, 'the access log cannot be written')
  else await recordKeys(pool, accessLog)
  const witnesses = { addresses, required: settings.logWitnessesRequired, every: settings.logWitnessInterval * 1000 }
  const witnessing = addresses.length > 0 ? startWitnessing({ pool, log, now, witnesses }) : undefined
  return {
    accessLog,
    async stop() {
      await witnessing?.stop()
      await topic.stop()
      file.close()
    },
  }
}

function readWitness(text: string): WitnessAddress {
  const [verifierKey = '', url = ''] = text.split('|')
  if (!URL.canParse(url)) throw new Error('a witness is given as <verifier key>|<address>')
  return { verifierKey, url }
}
