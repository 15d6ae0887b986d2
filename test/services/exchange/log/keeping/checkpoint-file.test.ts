import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { readNotes } from '../../../../../services/auditor/note.ts'
import {
  openCheckpointFile,
  readCheckpointNotes,
} from '../../../../../services/exchange/log/keeping/checkpoint-file.ts'

const note = (size: number) => `hub.test/log\n${size}\n${'A'.repeat(43)}=\n\n— hub.test/log ${'B'.repeat(90)}=\n`

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'datarun-checkpoints-'))
  path = join(folder, 'checkpoints.txt')
})
afterEach(() => rmSync(folder, { recursive: true }))

test('notes are appended one after another, by any number of processes, and read back by hub and auditor', () => {
  const [one, other] = [openCheckpointFile(path), openCheckpointFile(path)]
  one.keep(note(1))
  other.keep(note(2))
  one.keep(note(3))
  const text = readFileSync(path, 'utf8')
  expect(readCheckpointNotes(text)).toEqual([note(1), note(2), note(3)])
  expect(readNotes(text)).toEqual([note(1), note(2), note(3)])
  one.close()
  other.close()
})

test('whatever a crash left of a note, wherever it broke off, the notes around it are whole and it is none', () => {
  for (let length = 1; length < note(2).length; length += 1) {
    writeFileSync(path, `${note(1)}\n${note(2).slice(0, length)}`)
    const file = openCheckpointFile(path)
    file.keep(note(3))
    file.close()
    const text = readFileSync(path, 'utf8')
    const wanted = [note(1), note(3)]
    expect({ length, notes: readCheckpointNotes(text) }).toEqual({ length, notes: wanted })
    expect({ length, notes: readNotes(text) }).toEqual({ length, notes: wanted })
  }
})

test('a full disk, a removed file and a folder that is not there are errors: nothing is answered then', () => {
  const full = openCheckpointFile('/dev/full')
  expect(() => full.keep(note(1))).toThrow('ENOSPC')
  full.close()
  const file = openCheckpointFile(path)
  rmSync(path)
  expect(() => file.keep(note(1))).toThrow('was removed')
  file.close()
  expect(() => openCheckpointFile(join(folder, 'none', 'checkpoints.txt'))).toThrow('ENOENT')
})

test('what could not be kept is kept before anything else is begun, and in its place', () => {
  const file = openCheckpointFile(path)
  file.keep(note(1))
  expect(file.verify()).toBeUndefined()
  file.close()
  const full = openCheckpointFile('/dev/full')
  expect(full.verify()).toBeUndefined()
  expect(() => full.keep(note(2))).toThrow('ENOSPC')
  expect(() => full.verify()).toThrow('ENOSPC')
  full.close()
  const again = openCheckpointFile(path)
  rmSync(path)
  expect(() => again.verify()).toThrow('was removed')
  again.close()
})
