/** `POST /v1/consents/{id}/{step}`: what the subject decides, or what was signed at the counter. */
import Type, { type Static, type TObject } from 'typebox'
import { isFailure } from '../../../contract/failure.ts'
import { attemptOf, idempotencyHeaders } from '../../platform/http/answer-once.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { consentAnswer } from './answer.ts'
import { type ConsentApproval, consentApprovalBody, consentStepBody } from './consent-body.ts'
import type { ConsentNeeds } from './needs.ts'
import type { ConsentStepName, Cut } from './step.ts'
import { takeConsentStep } from './take-consent-step.ts'

const steps: Record<ConsentStepName, { summary: string; body: TObject }> = {
  approve: {
    summary: 'Agree, to all of it or to less; at 18, confirm what a guardian gave',
    body: consentApprovalBody,
  },
  decline: { summary: 'Say no', body: consentStepBody },
  pause: { summary: 'Stop its use for now', body: consentStepBody },
  resume: { summary: 'Let it be used again', body: consentStepBody },
  withdraw: { summary: 'Take it back: the next pull is refused', body: consentStepBody },
  object: { summary: 'I never signed this at a counter: it ends, and the operator is told', body: consentStepBody },
}

export const consentStepRoutes =
  (needs: ConsentNeeds): Plugin =>
  async app => {
    for (const [step, { summary, body }] of Object.entries(steps) as [ConsentStepName, (typeof steps)['approve']][]) {
      app.post(
        `/v1/consents/:id/${step}`,
        {
          config: { access: 'handle-consent' },
          // A step that needs no words needs no body.
          preValidation: async request => {
            request.body ??= {}
          },
          schema: {
            tags: ['consents'],
            summary,
            params: Type.Object({ id: Type.String({ maxLength: 40 }) }, { additionalProperties: false }),
            headers: idempotencyHeaders,
            body,
            response: answers({ 200: consentAnswer }),
          },
        },
        async (request, reply) => {
          const { evidence, representation, ...approval } = request.body as ConsentApproval
          const wish = {
            id: (request.params as { id: string }).id,
            step,
            cut: cutOf(approval),
            ...(evidence !== undefined && { evidence }),
            ...(representation !== undefined && { representation }),
          }
          const outcome = await takeConsentStep(needs, request.caller, wish, attemptOf(request))
          return isFailure(outcome) ? refuse(reply, outcome) : reply.code(200).send(outcome.body)
        },
      )
    }
  }

function cutOf({ datasets, validUntil, uses }: Static<typeof consentApprovalBody>): Cut {
  return {
    ...(datasets && { datasets: Object.fromEntries(datasets.map(({ dataset, fields }) => [dataset, fields])) }),
    ...(validUntil && { validUntil: new Date(validUntil) }),
    ...(uses !== undefined && { uses }),
  }
}
