/**
 * Search columns of entries, on their way to PostgreSQL: a column of a batch is one text with a value to a line, which costs
 * less to write and to take apart than an array in which each value is quoted.
 */
import type { Draft } from './access-log.ts'

/** Parts the datasets of an entry within its line. */
const separator = '\x1f'

/** SQL that takes a column apart; an empty value is null. */
export const lines = (parameter: number) => `string_to_table($${parameter}, E'\\n', '')`

export const datasetsInLine = `string_to_array(coalesce(datasets, ''), chr(${separator.charCodeAt(0)}))`

/** PostgreSQL's text has no NUL, and a value no line break and no separator; the entry itself keeps what was sent. */
const searchable = (text: string) =>
  isPlain(text) ? text : text.replaceAll('\0', '\ufffd').replaceAll('\n', ' ').replaceAll(separator, ' ')

const isPlain = (text: string) => !text.includes('\n') && !text.includes('\0') && !text.includes(separator)

const column = <Row>(rows: readonly Row[], pick: (row: Row) => string | undefined) =>
  rows.map(row => searchable(pick(row) ?? '')).join('\n')

/** kind, caller, department, official, case, matter, datasets, decision, code, confidential until, reference. */
export const searchColumns = (drafts: readonly Draft[]): string[] => [
  column(drafts, draft => draft.kind),
  column(drafts, draft => draft.caller),
  column(drafts, draft => draft.department),
  column(drafts, draft => draft.official),
  column(drafts, draft => draft.case),
  column(drafts, draft => draft.matter),
  drafts.map(({ datasets = [] }) => datasets.map(searchable).join(separator)).join('\n'),
  column(drafts, draft => draft.decision),
  column(drafts, draft => draft.code),
  column(drafts, draft => draft.confidentialUntil),
  column(drafts, draft => draft.reference),
]

/** A row for each subject of each draft: its type, its id, the draft's place in the batch. */
export function subjectColumns(drafts: readonly Draft[]): string[] {
  const rows = drafts.flatMap(({ about = [] }, place) => about.map(({ type, id }) => ({ type, id, place })))
  return [column(rows, row => row.type), column(rows, row => row.id), rows.map(row => row.place).join('\n')]
}
