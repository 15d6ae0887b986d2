import type { RecordVersion } from '../../services/exchange/records/registry/version.ts'

export const leaseDataset = 'housing.lease-filing'

/** A version of a record as ingest hands it to the registry. */
export const leaseVersion = (key: string, sequence: number, more: Partial<RecordVersion> = {}): RecordVersion => ({
  dataset: leaseDataset,
  key,
  sequence,
  status: 'valid',
  schemaVersion: 1,
  validFrom: undefined,
  validUntil: undefined,
  eventId: `${key}:${sequence}`,
  system: 'housing/leases',
  eventTime: '2026-11-01T08:00:00Z',
  body: JSON.stringify({ key, sequence }),
  subjects: [{ type: 'person', id: `subject-of-${key}` }],
  ...more,
})
