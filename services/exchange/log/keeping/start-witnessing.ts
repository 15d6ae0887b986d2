/**
 * Gathers cosignatures (c2sp.org/tlog-witness): every so often the newest checkpoint goes to each witness with a proof that
 * it extends the last one that witness saw, and is published when enough have cosigned it.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type pg from 'pg'
import type { Logger } from '../../../contract/log.ts'
import { readHead } from '../append/log-store.ts'
import { readPublished, storePublished } from '../append/published-store.ts'
import { readCheckpointText, type TreeHead } from '../tree/checkpoint.ts'
import { createWitnessKey, type WitnessKey } from '../tree/cosignature.ts'
import { textOf } from '../tree/note.ts'
import { proveConsistency } from '../tree/prove-entries.ts'

/** `url` is the witness's submission prefix. */
export type WitnessAddress = { verifierKey: string; url: string }
type Witnesses = { addresses: readonly WitnessAddress[]; required: number; every: number }

type Witness = WitnessKey & {
  url: string
  /** Size of the tree that this witness cosigned last, as far as we know. */
  seen: number
}

export type WitnessingOptions = { pool: pg.Pool; log: Logger; now: () => Date; witnesses: Witnesses }

export type Witnessing = {
  /** One round, at once: resolves with how many have cosigned. */
  gather: () => Promise<number>
  stop: () => Promise<void>
}

export function startWitnessing(options: WitnessingOptions): Witnessing {
  const { log, witnesses } = options
  const asked = witnesses.addresses.map(({ verifierKey, url }) => ({ ...createWitnessKey(verifierKey), url, seen: 0 }))
  const stopping = new AbortController()
  const run = async () => {
    while (!stopping.signal.aborted) {
      await gather(options, asked).catch(error =>
        log.warn({ err: error }, 'cosignatures could not be gathered; retrying'),
      )
      await wait(witnesses.every, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const running = run()
  return {
    gather: () => gather(options, asked),
    async stop() {
      stopping.abort()
      await running
    },
  }
}

async function gather({ pool, log, now, witnesses }: WitnessingOptions, asked: readonly Witness[]): Promise<number> {
  const { edge, checkpoint } = await readHead(pool)
  if (edge.size === 0 || (await readPublished(pool))?.size === edge.size) return 0
  const text = textOf(checkpoint)
  const head = { ...readCheckpointText(text)!, text, checkpoint }
  const lines = await Promise.all(
    asked.map(witness =>
      cosign(pool, witness, head).catch((error: Error) => {
        log.warn({ witness: witness.name, detail: error.message }, 'a witness did not cosign; retrying')
        return undefined
      }),
    ),
  )
  const cosignatures = lines.filter(line => line !== undefined)
  if (cosignatures.length >= witnesses.required) {
    await storePublished(pool, edge.size, checkpoint + cosignatures.map(line => `${line}\n`).join(''), now())
  }
  return cosignatures.length
}

type Submitted = TreeHead & { text: string; checkpoint: string }

/** The witness's signature line. @throws where it gives none; the message names no more than the reason. */
async function cosign(pool: pg.Pool, witness: Witness, head: Submitted): Promise<string> {
  let answer = await submit(pool, witness, head)
  if (answer.status === 409) {
    const seen = Number(answer.body.trim())
    if (!(seen <= head.size)) throw new Error(`it has seen a tree of size ${seen} already`)
    witness.seen = seen
    answer = await submit(pool, witness, head)
  }
  if (answer.status === 409) throw new Error(`it saw another tree of size ${witness.seen}: the log was forked`)
  if (answer.status === 422) throw new Error('what it saw is not the beginning of this log: the log was forked')
  if (answer.status !== 200) throw new Error(`it answered ${answer.status}`)
  const line = answer.body.split('\n').find(one => witness.verifies(head.text, one))
  if (!line) throw new Error('its answer has no signature of its key')
  witness.seen = head.size
  return line
}

async function submit(pool: pg.Pool, { url, seen }: Witness, { size, checkpoint }: Submitted) {
  const proof = seen === 0 ? [] : await proveConsistency(pool, seen, size)
  const lines = [`old ${seen}`, ...proof.map(hash => hash.toString('base64'))]
  const answer = await fetch(`${url.replace(/\/$/, '')}/add-checkpoint`, {
    method: 'POST',
    body: `${lines.join('\n')}\n\n${checkpoint}`,
    signal: AbortSignal.timeout(10_000),
  })
  return { status: answer.status, body: await answer.text() }
}
