/** Cosignatures of witnesses (c2sp.org/tlog-cosignature, Ed25519): `cosignature/v1`, a time, and the checkpoint's text. */
import { openKey } from './note.ts'

const cosignatureType = 0x04
const timeBytes = 8
const signatureBytes = 64

export type WitnessKey = { name: string; verifierKey: string; verifies: (text: string, line: string) => boolean }

/** @throws where `verifierKey` is no vkey of type 4. */
export function createWitnessKey(verifierKey: string): WitnessKey {
  const key = openKey(verifierKey, cosignatureType)
  return {
    name: key.name,
    verifierKey,
    verifies(text, line) {
      const [, name, data = ''] = /^— (\S+) (\S+)$/.exec(line) ?? []
      const bytes = Buffer.from(data, 'base64')
      if (name !== key.name || bytes.length !== 4 + timeBytes + signatureBytes) return false
      if (bytes.toString('hex', 0, 4) !== key.id) return false
      const cosigned = `cosignature/v1\ntime ${bytes.readBigUInt64BE(4)}\n${text}`
      return key.verifies(cosigned, bytes.subarray(4 + timeBytes))
    },
  }
}
