/** Rows that an adapter must refuse: one cell of a good row, spoiled in a way that people know. */
import type { Column } from './export-row.ts'

/** Where a bad row stands: `line` counts from 1, the line of the column names included. */
export type BadRow = { dataset: string; line: number; column: string; pointer: string }

type Spoil = { fits: (column: Column) => boolean; spoil: (cell: string) => string }

const spoils: readonly Spoil[] = [
  // Two digits of an id change places: the check character no longer fits.
  { fits: ({ pointer }) => /\/id$/.test(pointer), spoil: cell => swapped(cell) },
  // A date that no calendar has.
  { fits: ({ rule }) => rule.date !== undefined && rule.split === undefined, spoil: cell => unreal(cell) },
  // Nothing where something must be.
  { fits: ({ pointer }) => /\/name$/.test(pointer), spoil: () => '' },
]

/** The nth bad row made from a good one, and the column that is wrong in it. */
export function spoiledRow(row: string[], columns: readonly Column[], nth: number): { row: string[]; column: Column } {
  const { fits, spoil } = spoils[nth % spoils.length]!
  const place = columns.findIndex(fits)
  return { row: row.with(place, spoil(row[place]!)), column: columns[place]! }
}

function swapped(id: string): string {
  const at = [...id].findIndex((digit, place) => digit !== id[place + 1])
  return id.slice(0, at) + id[at + 1] + id[at] + id.slice(at + 2)
}

const unreal = (date: string) => date.replace(/^(\d{4}\D?)\d{1,2}/, '$199')
