/** Answers the items of a bulk call, each for itself, as the calls of `POST /v1/pulls` would be. */
import type { FastifyError, FastifyRequest } from 'fastify'
import { type Failure, isFailure, kindOf } from '../../../contract/failure.ts'
import { noteRefusal } from '../../platform/http/access.ts'
import { explainError } from '../../platform/http/errors.ts'
import type { Desk } from '../open-desk.ts'
import type { PullRequest } from '../pull.ts'
import { type Told, tell, tellFailure } from '../told-pull.ts'
import type { Item } from './items.ts'
import type { Share } from './share.ts'

type Parts = {
  desk: Desk
  share: Share
  newId: () => string
  /** Why a request is not one; undefined where it is. */
  validate: (request: unknown) => Failure | undefined
}

/** One line of NDJSON for each item, in order. Once an outage was met, items that have not begun are told of it at once. */
export async function* answerItems(parts: Parts, call: FastifyRequest, items: readonly Item[]): AsyncGenerator<string> {
  let outage: Failure | undefined
  const answers = items.map(item =>
    parts.share(call.caller.id, async () => {
      const id = parts.newId()
      if (outage) return tellFailure(id, outage)
      const { told, met } = await answerItem(parts, { id, call }, item)
      outage ??= met
      return told
    }),
  )
  for (const [item, answer] of answers.entries()) yield lineOf(item, await answer)
}

/** `met`: an outage of what the hub stands on, which the next items would meet too. Rejects never. */
async function answerItem(
  { desk, validate }: Parts,
  { id, call }: { id: string; call: FastifyRequest },
  item: Item,
): Promise<{ told: Told; met?: Failure }> {
  const refused = item.refused ?? validate(item.request)
  if (refused) {
    noteRefusal(call, refused.failure)
    return { told: tellFailure(id, refused) }
  }
  const request = (item as { request: PullRequest }).request
  try {
    const answer = await desk.pull(id, call.caller, request)
    return { told: tell(id, request, answer), ...(isOutage(answer) && { met: answer }) }
  } catch (error) {
    const outcome = explainError(error as FastifyError, { id, log: call.log })
    if (kindOf(outcome.failure).status < 500) noteRefusal(call, outcome.failure)
    return { told: tellFailure(id, outcome), ...(isOutage(outcome) && { met: outcome }) }
  }
}

const isOutage = (answer: unknown): answer is Failure =>
  isFailure(answer) && (answer.failure === 'UNAVAILABLE' || answer.failure === 'LOG_UNAVAILABLE')

const lineOf = (item: number, { status, text }: Told): string =>
  `{"item":${item},"status":${status},"${status === 200 ? 'answer' : 'problem'}":${text}}\n`
