/** `POST /v1/agreements/{id}/{step}`: one route per step, each with its own closed body. */

import Type, { type Static, type TObject } from 'typebox'
import { isFailure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { attemptOf, idempotencyHeaders } from '../../platform/http/answer-once.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { agreedFieldsSchema, mostConfidentialDays, termsSchema } from './agreement.ts'
import { agreementAnswer } from './answer.ts'
import type { AgreementNeeds } from './needs.ts'
import { amendmentBody } from './request.ts'
import type { StepName } from './step-rules.ts'
import { takeAgreementStep } from './take-agreement-step.ts'
import type { StepInput } from './take-step.ts'

const reason = Type.String({ minLength: 2, maxLength: 2000 })
const nothing = Type.Object({}, closed)
const withReason = Type.Object({ reason }, closed)
const mayGiveReason = Type.Object({ reason: Type.Optional(reason) }, closed)
const supplement = Type.Object(
  { missing: Type.Array(Type.String({ minLength: 2, maxLength: 500 }), { minItems: 1, maxItems: 50 }) },
  closed,
)
const approval = Type.Object(
  {
    fields: Type.Optional(agreedFieldsSchema),
    validUntil: Type.Optional(Type.String({ format: 'date-time' })),
    demands: termsSchema.properties.demands,
    dataLife: termsSchema.properties.dataLife,
    confidentialDays: Type.Optional(
      Type.Integer({ minimum: 0, maximum: mostConfidentialDays, description: 'Fewer days than asked for; 0 is none' }),
    ),
  },
  closed,
)

type StepRoute = { summary: string; body: TObject; read: (body: unknown) => StepInput }

const reasoned = (body: unknown): StepInput => body as { reason?: string }

const stepRoutesByName: Record<StepName, StepRoute> = {
  submit: {
    summary: 'Hand in a draft, or the supplement that was asked for',
    body: amendmentBody,
    read: body => ({ amendment: body as Static<typeof amendmentBody> }),
  },
  supplement: {
    summary: 'Ask once for all that is missing; the clock stands still until it comes (Art 21)',
    body: supplement,
    read: body => ({ missing: (body as Static<typeof supplement>).missing }),
  },
  extend: { summary: 'Ask the authority for ten more working days (Art 21)', body: withReason, read: reasoned },
  'grant-extension': { summary: 'Grant ten more working days', body: mayGiveReason, read: reasoned },
  'refuse-extension': { summary: 'Refuse more time', body: withReason, read: reasoned },
  approve: { summary: 'Agree, as asked or to less', body: approval, read: readApproval },
  reject: { summary: 'Refuse, with reasons (Art 21)', body: withReason, read: reasoned },
  provide: { summary: 'The data is provided (Art 22)', body: nothing, read: () => ({}) },
  suspend: { summary: 'Stop pulls for now, with the cause (Art 27)', body: withReason, read: reasoned },
  resume: { summary: 'Let pulls go on', body: mayGiveReason, read: reasoned },
  terminate: { summary: 'End it for good; the source states its cause (Art 27)', body: mayGiveReason, read: reasoned },
}

function readApproval(body: unknown): StepInput {
  const { validUntil, ...rest } = body as Static<typeof approval>
  return { narrowing: { ...rest, ...(validUntil && { validUntil: new Date(validUntil) }) } }
}

export const agreementStepRoutes =
  (needs: AgreementNeeds): Plugin =>
  async app => {
    for (const [step, { summary, body, read }] of Object.entries(stepRoutesByName) as [StepName, StepRoute][]) {
      app.post(
        `/v1/agreements/:id/${step}`,
        {
          config: { access: 'step-agreement' },
          // A step that needs no words needs no body.
          preValidation: async request => {
            request.body ??= {}
          },
          schema: {
            tags: ['agreements'],
            summary,
            params: Type.Object({ id: Type.String({ maxLength: 40 }) }, closed),
            headers: idempotencyHeaders,
            body,
            response: answers({ 200: agreementAnswer }),
          },
        },
        async (request, reply) => {
          const asked = { id: (request.params as { id: string }).id, step, input: read(request.body) }
          const outcome = await takeAgreementStep(needs, request.caller, asked, attemptOf(request))
          return isFailure(outcome) ? refuse(reply, outcome) : reply.code(200).send(outcome.body)
        },
      )
    }
  }
