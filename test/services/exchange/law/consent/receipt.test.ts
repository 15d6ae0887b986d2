import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { compactVerify, createLocalJWKSet } from 'jose'
import { alice } from '../../../../support/city-department.ts'
import { both, marriage, purpose } from '../../../../support/law-cast.ts'
import { agreeOnConsent, type LawRoom, openLawRoom } from '../../../../support/law-room.ts'

let room: LawRoom
beforeAll(async () => {
  room = await openLawRoom()
  await agreeOnConsent(room, ['/number', '/holder/name'])
})
afterAll(() => room?.close())

test('a receipt holds the fields of ISO/IEC TS 27560 and verifies with the published key; a changed one does not', async () => {
  const given = await room.call('POST', '/v1/consents', alice, {
    subject: { type: 'person', id: alice },
    department: 'natural-resources',
    purpose,
    datasets: [{ dataset: marriage.id, fields: ['/number', '/holder/name'] }],
    validUntil: '2026-12-31T00:00:00Z',
    dataLife: 'P1Y',
  })
  const { id } = given.body
  const { body } = await room.call('GET', `/v1/consents/${id}/receipt`, alice)
  expect(body.receipt).toMatchObject({
    record_metadata: { schema_version: 'ISO/IEC TS 27560:2023', record_id: id, pii_principal_id: alice },
    pii_processing: {
      purpose: { purpose_id: purpose, ...both('转移登记', 'Transfer') },
      pii_information: [{ pii_type: marriage.id, attributes: ['/number', '/holder/name'] }],
      pii_controllers: [{ party_id: 'civil-affairs' }],
      recipients: [{ party_id: 'natural-resources' }],
      retention_period: 'P1Y',
      jurisdiction: 'CN',
    },
    consent_events: [{ event_type: 'give', entity: 'subject' }],
    event_state: 'active',
  })
  const keys = await room.call('GET', '/v1/consent-receipt-keys', '')
  const verify = (jws: string) => compactVerify(jws, createLocalJWKSet(keys.body))
  const { payload } = await verify(body.jws)
  expect(JSON.parse(Buffer.from(payload).toString())).toEqual(body.receipt)
  expect(JSON.stringify(keys.body)).not.toContain('"d"')
  const [head, content, signature] = body.jws.split('.')
  const forged = Buffer.from(Buffer.from(content, 'base64url').toString().replace('P1Y', 'P9Y')).toString('base64url')
  await expect(verify([head, forged, signature].join('.'))).rejects.toThrow('signature verification failed')
})
