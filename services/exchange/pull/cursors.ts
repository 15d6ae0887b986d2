/** The cursors of this process's pulls: opened as they come in, sealed as they leave. */
import { type Failure, failure, inWords } from '../../contract/failure.ts'
import type { Subject } from '../../contract/subject.ts'
import type { Caller } from '../platform/identity/caller.ts'
import { ivBytes, openCursor, type PageOf, sealCursor } from './cursor.ts'
import type { PullRequest } from './pull.ts'
import type { PullAnswer } from './pull-answer.ts'

/** `readKey` is asked once: the key lives as long as the database. A failed attempt is made again by the next that needs it. */
export function createCursors(readKey: () => Promise<Buffer>, random: (bytes: number) => Buffer) {
  let known: Promise<Buffer> | undefined
  const key = () => {
    known ??= readKey().catch(error => {
      known = undefined
      throw error
    })
    return known
  }
  return {
    /** The key that the page before ended with; undefined where the pull asks for the first one. */
    async open(caller: Caller, request: PullRequest): Promise<string | undefined | Failure> {
      if (request.cursor === undefined) return undefined
      const page = pageOf(caller, request.subject, request.dataset!)
      return openCursor(await key(), page, request.cursor) ?? failure('CURSOR_INVALID', notOurs)
    },
    async sealIn(answer: PullAnswer, caller: Caller, request: PullRequest): Promise<PullAnswer> {
      if (answer.results.every(({ next }) => next === undefined)) return answer
      const sealing = await key()
      const results = answer.results.map(({ next, ...result }) => {
        if (next === undefined) return result
        const page = pageOf(caller, request.subject, result.dataset)
        return { ...result, next: sealCursor(sealing, random(ivBytes), page, next) }
      })
      return { ...answer, results }
    },
  }
}

const notOurs = {
  pointer: '/cursor',
  ...inWords(
    'It goes with the department, dataset and subject that it was answered for. Start again without a cursor.',
    '游标仅适用于签发时的部门、数据资源和主体。请去掉游标重新查询。',
  ),
}

const pageOf = ({ department }: Caller, subject: Subject, dataset: string): PageOf => ({
  department: department!,
  dataset,
  subject,
})
