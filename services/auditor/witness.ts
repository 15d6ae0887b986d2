/**
 * A witness (c2sp.org/tlog-witness as of 2026-07: C2SP#273, #280): another department's promise that it saw one history of the log and no other. It
 * cosigns a checkpoint only where a proof shows that the tree begins with the last one it cosigned.
 */
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { type Checkpoint, type Key, openCheckpoint, openNote } from './note.ts'
import { isConsistent, sha256 } from './tree.ts'
import type { WitnessSigner } from './witness-key.ts'

export type WitnessAnswer = { status: number; body: string; type: string }

export type Witness = {
  addCheckpoint: (body: string) => Promise<WitnessAnswer>
  /** Its last cosignature of the log with this SHA-256 of its origin, in hex: for monitors, and for the log itself. */
  lastCheckpoint: (originHash: string) => Promise<WitnessAnswer>
}

export type WitnessOptions = {
  signer: WitnessSigner
  /** Keys of the logs it witnesses; a log's key has the log's origin as its name. */
  logs: readonly Key[]
  /** Where it remembers what it cosigned last. */
  directory: string
  now: () => Date
}

const answer = (status: number, body = ''): WitnessAnswer => ({ status, body, type: 'text/plain; charset=utf-8' })
const unknownLog = 'this log is not witnessed here\n'
const conflict = (size: number): WitnessAnswer => ({ status: 409, body: `${size}\n`, type: 'text/x.tlog.size' })

export function createWitness(options: WitnessOptions): Witness {
  // One request at a time for each origin: comparing with what was seen and remembering the new must not be parted.
  const queues = new Map<string, Promise<unknown>>()
  return {
    async addCheckpoint(body) {
      const request = readRequest(body)
      if (!request) return answer(400, 'this is no add-checkpoint request\n')
      // Before it queues: whoever asks may name origins without end.
      if (!options.logs.some(({ name }) => name === request.origin)) return answer(404, unknownLog)
      const before = queues.get(request.origin) ?? Promise.resolve()
      const turn = before.then(() => consider(options, request))
      queues.set(
        request.origin,
        turn.catch(() => {}),
      )
      return turn
    },
    lastCheckpoint: originHash => lastOf(options, originHash),
  }
}

async function lastOf({ signer, logs, directory, now }: WitnessOptions, originHash: string): Promise<WitnessAnswer> {
  const origin = logs.map(({ name }) => name).find(name => sha256(name).toString('hex') === originHash)
  if (origin === undefined) return answer(404, unknownLog)
  const note = await readFile(fileOf(directory, origin), 'utf8').catch(absent)
  if (note === undefined) return answer(404, 'nothing of this log was cosigned yet\n')
  // An earlier version remembered no cosignature.
  const { text } = openNote(note, [])!
  return answer(200, note.includes(`\n— ${signer.name} `) ? note : note + signer.cosign(text, now()))
}

type AddCheckpoint = { old: number; proof: Buffer[]; origin: string; note: string }

function readRequest(body: string): AddCheckpoint | undefined {
  const [, old, hashes = '', note] =
    /^old (0|[1-9]\d{0,15})\n((?:[A-Za-z0-9+/]{43}=\n){0,63})\n([\s\S]+)$/.exec(body) ?? []
  const origin = note?.slice(0, note.indexOf('\n'))
  if (old === undefined || !note || !origin) return undefined
  const proof = hashes
    .split('\n')
    .slice(0, -1)
    .map(line => Buffer.from(line, 'base64'))
  return { old: Number(old), proof, origin, note }
}

async function consider(options: WitnessOptions, { old, proof, origin, note }: AddCheckpoint): Promise<WitnessAnswer> {
  const keys = options.logs.filter(key => key.name === origin)
  const checkpoint = openCheckpoint(note, { keys, witnesses: 0 })
  if (typeof checkpoint === 'string') return answer(403, `${checkpoint}\n`)
  if (old > checkpoint.size) return answer(400, 'the old size is larger than the new one\n')
  const file = fileOf(options.directory, origin)
  const seen = await readSeen(file, keys)
  if (old !== seen.size) return conflict(seen.size)
  // Another root of the same size is no conflict that a second try would mend: 422, as of C2SP#280.
  if (!isConsistent(seen, checkpoint, proof)) return answer(422, 'the proof does not show that the log only grew\n')
  const { text } = openNote(note, keys)!
  const cosignature = options.signer.cosign(text, options.now())
  await remember(options.directory, file, `${text}\n${linesOf(note, origin)}${cosignature}`)
  return answer(200, cosignature)
}

/** The signature lines in the log's own name; what others have signed is theirs to serve. */
const linesOf = (note: string, name: string) =>
  note
    .slice(note.lastIndexOf('\n\n') + 2)
    .split('\n')
    .filter(line => line.startsWith(`— ${name} `))
    .map(line => `${line}\n`)
    .join('')

const fileOf = (directory: string, origin: string) => join(directory, encodeURIComponent(origin))

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

const nothing: Checkpoint = { origin: '', size: 0, root: sha256('') }

/** @throws where what was remembered is not whole: cosigning on from nothing would let a fork pass. */
async function readSeen(file: string, keys: readonly Key[]): Promise<Checkpoint> {
  const note = await readFile(file, 'utf8').catch(absent)
  if (note === undefined) return nothing
  const seen = openCheckpoint(note, { keys, witnesses: 0 })
  if (typeof seen === 'string') throw new Error(`${file} is not a checkpoint that was cosigned: ${seen}`)
  return seen
}

/** On disk before the cosignature leaves, whole or not at all. */
async function remember(directory: string, file: string, note: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  const handle = await open(`${file}.new`, 'w')
  await handle.writeFile(note)
  await handle.sync()
  await handle.close()
  await rename(`${file}.new`, file)
}
