/** Who may sign in to the sample city, as the terminal says it: a line each, and one for all stewards. Pure. */
import type { Person } from '../../identity/people.ts'
import { table } from './tell.ts'

/** @returns lines with id, names, roles and what each is there for. */
export function whoSignsIn(people: readonly Person[]): string[] {
  const stewards = people.filter(({ department }) => department !== undefined)
  const others = people.filter(({ department }) => department === undefined)
  const rows = others.map(({ id, name, roles, about }) => [
    id,
    `${name.zh} ${name.en}`,
    roles.join(', '),
    `${about.zh} · ${about.en}`,
  ])
  const [first] = stewards
  if (first) rows.push(['steward-<department>', '数据专员 Steward', 'steward', `${first.about.zh} · ${first.about.en}`])
  const lines = table(rows).map(row => `  ${row}`)
  const departments = stewards.map(({ department }) => department).join(', ')
  return first ? [...lines, `  <department>: ${departments}`] : lines
}
