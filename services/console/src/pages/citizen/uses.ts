/** The log's entries about a person, told as uses of their data: one for each dataset, by matter. */
import type { paths } from '../../api-schema'

export type Access = paths['/v1/me/accesses']['get']['responses']['200']['content']['application/json']['items'][number]

export type Use = Pick<Access, 'index' | 'at' | 'caller' | 'department' | 'case' | 'purpose'> & {
  dataset: string
  permitted: boolean
  code?: string
  basis?: Access['datasets'][number]['basis']
  fields: string[]
  verified: string[]
}
export type MatterUses = { matter: string; uses: Use[] }

/** `looks` are what is no use of records: searches of the log, the person's own visits. Both newest first. */
export function groupUses(accesses: readonly Access[]): { matters: MatterUses[]; looks: Access[] } {
  const matters = new Map<string, Use[]>()
  const looks: Access[] = []
  for (const access of accesses) {
    if (access.kind !== 'pull') looks.push(access)
    else {
      const matter = access.matter ?? access.purpose ?? ''
      matters.set(matter, [...(matters.get(matter) ?? []), ...usesOf(access)])
    }
  }
  return { matters: [...matters].map(([matter, uses]) => ({ matter, uses })), looks }
}

const usesOf = ({ index, at, caller, department, case: number, purpose, datasets }: Access): Use[] =>
  datasets.map(({ dataset, decision, code, basis, fields, verified }) => ({
    index,
    at,
    caller,
    ...(department && { department }),
    ...(number && { case: number }),
    ...(purpose && { purpose }),
    dataset,
    permitted: decision === 'permit',
    ...(code && { code }),
    ...(basis && { basis }),
    fields,
    verified,
  }))
