/**
 * A consent as its subject can keep it: a record with the fields of ISO/IEC TS 27560 (consent record information structure),
 * signed by the hub as a compact JWS (RFC 7515), so that it proves itself wherever it is shown.
 */
import { CompactSign, calculateJwkThumbprint, importJWK, type JWK } from 'jose'
import type { JsonObject } from '../../../contract/canonical-json.ts'
import type { Party } from '../catalogue/department.ts'
import { type Consent, standingOf } from './consent.ts'

const receiptSchemaVersion = 'ISO/IEC TS 27560:2023'

export function receiptOf(consent: Consent, parties: ReadonlyMap<string, Party>, now: Date): JsonObject {
  const { id, subject, department, purpose, datasets, artefact, validFrom, validUntil, version } = consent
  const partyOf = (party: string): JsonObject => ({
    party_id: party,
    party_type: 'public-authority',
    party_name: parties.get(party)?.title ?? { zh: party, en: party },
    party_identifier: parties.get(party)?.creditCode ?? '',
  })
  return {
    record_metadata: {
      schema_version: receiptSchemaVersion,
      record_id: id,
      record_version: version,
      pii_principal_id: subject.id,
      pii_principal_type: subject.type,
      issued_at: now.toISOString(),
    },
    pii_processing: {
      privacy_notice: artefact.notice,
      language: artefact.language,
      purpose: { purpose_id: purpose, ...artefact.purposeText },
      lawful_basis: 'consent',
      pii_information: Object.entries(datasets).map(([dataset, fields]) => ({ pii_type: dataset, attributes: fields })),
      pii_controllers: [...new Set(Object.keys(datasets).map(sourceOf))].map(partyOf),
      recipients: [partyOf(department)],
      collection_method: artefact.collection?.method ?? 'none',
      storage_location: 'CN',
      jurisdiction: 'CN',
      retention_period: artefact.dataLife ?? 'until-the-purpose-is-met',
      ...(artefact.dataRange && { data_range: artefact.dataRange as JsonObject }),
      ...(consent.uses !== undefined && { uses: consent.uses }),
      ...(consent.frequency && { frequency: consent.frequency }),
      withdrawal_method: `POST /v1/consents/${id}/withdraw`,
    },
    consent_events: consent.history.map(({ step, at, by }) => ({ event_type: step, event_time: at, entity: by })),
    event_state: standingOf(consent, now),
    validity_duration: { from: validFrom.toISOString(), until: validUntil.toISOString() },
  }
}

const sourceOf = (dataset: string): string => dataset.split('.')[0]!

export type ReceiptSigner = {
  /** A compact JWS with the receipt as its payload. */
  sign(receipt: JsonObject): Promise<string>
  /** The public key that verifies it. */
  publicKeys: { keys: JWK[] }
}

/** `key` is the private JWK of the hub, ES256 or EdDSA. @throws where it is neither. */
export async function createReceiptSigner(key: JWK): Promise<ReceiptSigner> {
  const alg = key.alg ?? (key.kty === 'OKP' ? 'EdDSA' : 'ES256')
  const kid = key.kid ?? (await calculateJwkThumbprint(key))
  const signing = await importJWK(key, alg)
  const { d: _private, ...publicKey } = key
  return {
    publicKeys: { keys: [{ ...publicKey, kid, alg, use: 'sig' }] },
    sign: receipt =>
      new CompactSign(new TextEncoder().encode(JSON.stringify(receipt)))
        .setProtectedHeader({ alg, kid, typ: 'consent-receipt+json' })
        .sign(signing),
  }
}
