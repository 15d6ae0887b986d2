/** Searches that an auditor keeps in this browser. A subject's id is never kept. */
import type { Filter } from './filter.ts'

export type View = { name: string; filter: Partial<Filter> }

const key = 'datarun-views'

export const readViews = (): View[] => JSON.parse(localStorage.getItem(key) ?? '[]') as View[]
export const storeViews = (views: readonly View[]): void => localStorage.setItem(key, JSON.stringify(views))
