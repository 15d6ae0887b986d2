/** The credit codes that stewards have named as lawful though they fail their check, as the hub said last. */
import type { CodeExceptions } from '../contract/code-exceptions.ts'
import { isFailure } from '../contract/failure.ts'
import { askOrRemember, type HubAnswersOptions } from './hub-answers.ts'

export type HubExceptions = CodeExceptions & { refresh: () => Promise<void> }

/** More than the hub keeps. */
const mostPages = 100

/** Where the hub says nothing (it is away, or of before) those known stay: without them a code is refused, and nothing else. */
export function createHubExceptions(options: HubAnswersOptions, hub: string): HubExceptions {
  let codes: ReadonlySet<string> = new Set()
  const page = async (number: number, cursor: string | undefined) => {
    const address = `${hub}/code-exceptions?limit=200${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`
    const answer = await askOrRemember(options, address, `code-exceptions-${number}.json`, 'NOT_FOUND')
    if (isFailure(answer)) return undefined
    const { items, next } = (answer.body ?? {}) as { items?: unknown; next?: unknown }
    const read = (Array.isArray(items) ? items : []) as { code?: unknown }[]
    return { codes: read.map(({ code }) => String(code)), next: typeof next === 'string' ? next : undefined }
  }
  return {
    has: code => codes.has(code),
    refresh: async () => {
      const read = new Set<string>()
      let cursor: string | undefined
      for (let number = 0; number < mostPages; number += 1) {
        const found = await page(number, cursor)
        if (!found) return
        for (const code of found.codes) read.add(code)
        cursor = found.next
        if (cursor === undefined) break
      }
      codes = read
    },
  }
}
