/** The log's entries about a person, told as uses of their data: the requests, by the matter they were made for. */
import type { paths } from '../../api-schema'

export type Access = paths['/v1/me/accesses']['get']['responses']['200']['content']['application/json']['items'][number]
export type UsedDataset = Access['datasets'][number]
export type MatterUses = { matter: string; requests: Access[] }
/** An access that a person may allow after all: a dataset that was refused for want of their consent. */
export type Allowable = { department: string; purpose: string; dataset: string }
/** Records of the person's that were used: of one of them they may say what is wrong. */
export type Contestable = { dataset: string; records: NonNullable<UsedDataset['records']> }

/** `looks` are what is no request for records: searches of the log, the person's own visits. Both newest first. */
export function groupUses(accesses: readonly Access[]): { matters: MatterUses[]; looks: Access[] } {
  const matters = new Map<string, Access[]>()
  const looks: Access[] = []
  for (const access of accesses) {
    if (access.kind !== 'pull') looks.push(access)
    else {
      const matter = access.matter ?? access.purpose ?? ''
      matters.set(matter, [...(matters.get(matter) ?? []), access])
    }
  }
  return { matters: [...matters].map(([matter, requests]) => ({ matter, requests })), looks }
}

export const fieldsOf = ({ fields, verified }: UsedDataset): string[] => [...fields, ...verified]

export function allowableIn({ department, purpose }: Access, { dataset, code }: UsedDataset): Allowable | undefined {
  return department && purpose && code?.startsWith('CONSENT') ? { department, purpose, dataset } : undefined
}
