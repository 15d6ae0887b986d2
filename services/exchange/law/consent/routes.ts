import Type from 'typebox'
import { failure, inWords, isFailure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { attemptOf, idempotencyHeaders } from '../../platform/http/answer-once.ts'
import { isTextPosition, pageOf, pageQuery, readPage } from '../../platform/http/page.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { noDepartment, noSubject } from '../../platform/identity/caller-lacks.ts'
import { answerOf, consentAnswer } from './answer.ts'
import { consentStates } from './consent.ts'
import { consentBody } from './consent-body.ts'
import { giveOrRequestConsent } from './give-consent.ts'
import type { ConsentNeeds } from './needs.ts'
import { listForDepartment, listForSubject, readOne, signedReceipt } from './read-consents.ts'
import type { ReceiptSigner } from './receipt.ts'
import { representationRoutes } from './representation-routes.ts'
import { scopeRoutes } from './scope-routes.ts'
import { consentStepRoutes } from './step-routes.ts'

const params = Type.Object({ id: Type.String({ maxLength: 40 }) }, closed)
const noKey = failure('UNAVAILABLE', {
  ...inWords(
    'The operator has given the hub no key for receipts: DATARUN_RECEIPT_KEY_FILE.',
    '平台运营方未配置凭证签名密钥：DATARUN_RECEIPT_KEY_FILE。',
  ),
})

export const consentRoutes =
  (needs: ConsentNeeds, signer: ReceiptSigner | undefined): Plugin =>
  async app => {
    app.post(
      '/v1/consents',
      {
        config: { access: 'handle-consent' },
        schema: {
          tags: ['consents'],
          summary: 'Give a consent, record one signed at the counter (with evidence), or ask the subject for one',
          headers: idempotencyHeaders,
          body: consentBody,
          response: answers({ 201: consentAnswer }),
        },
      },
      async (request, reply) => {
        const outcome = await giveOrRequestConsent(needs, request.caller, request.body, attemptOf(request))
        return isFailure(outcome) ? refuse(reply, outcome) : reply.code(201).send(outcome.body)
      },
    )

    app.get(
      '/v1/consents',
      {
        config: { access: 'list-consents' },
        schema: {
          tags: ['consents'],
          summary: 'Consents given to the own department, or asked by it; newest first',
          querystring: Type.Object(
            {
              state: Type.Optional(Type.Enum([...consentStates], { description: 'As it stands now' })),
              purpose: Type.Optional(Type.String({ minLength: 1, maxLength: 61 })),
              ...pageQuery,
            },
            closed,
          ),
          response: answers({ 200: pageOf(consentAnswer) }),
        },
      },
      async (request, reply) => {
        const { department } = request.caller
        if (!department) return refuse(reply, noDepartment)
        const { state, purpose } = request.query
        const filter = { department, ...(state && { state }), ...(purpose && { purpose }) }
        const now = needs.now()
        const page = await readPage(request.query, {
          isPosition: isTextPosition,
          list: (before, limit) =>
            listForDepartment(needs, request.caller, { ...filter, ...(before && { before }) }, limit),
          positionOf: ({ id }) => id,
          answerOf: consent => answerOf(consent, now),
        })
        return isFailure(page) ? refuse(reply, page) : reply.send(page)
      },
    )

    app.get(
      '/v1/me/consents',
      {
        config: { access: 'own-affairs' },
        schema: {
          tags: ['citizens'],
          summary: 'My consents and requests, and those of whom I represent; newest first',
          querystring: Type.Object(pageQuery, closed),
          response: answers({ 200: pageOf(consentAnswer) }),
        },
      },
      async (request, reply) => {
        const { caller, query } = request
        if (!caller.subject) return refuse(reply, noSubject)
        const { subject } = caller
        const now = needs.now()
        const page = await readPage(query, {
          isPosition: isTextPosition,
          list: (before, limit) => listForSubject(needs, caller, subject, { before, limit }),
          positionOf: ({ id }) => id,
          answerOf: consent => answerOf(consent, now),
        })
        return isFailure(page) ? refuse(reply, page) : reply.send(page)
      },
    )

    app.get(
      '/v1/consents/:id',
      {
        config: { access: 'handle-consent' },
        schema: { tags: ['consents'], summary: 'One consent', params, response: answers({ 200: consentAnswer }) },
      },
      async (request, reply) => {
        const found = await readOne(needs, request.caller, request.params.id, 'read')
        return isFailure(found) ? refuse(reply, found) : reply.send(answerOf(found, needs.now()))
      },
    )

    app.get(
      '/v1/consents/:id/receipt',
      {
        config: { access: 'handle-consent' },
        schema: {
          tags: ['consents'],
          summary: 'The consent as a signed receipt (ISO/IEC TS 27560 fields, JWS)',
          params,
          response: answers({
            200: Type.Object({ receipt: Type.Object({}, { additionalProperties: true }), jws: Type.String() }, closed),
          }),
        },
      },
      async (request, reply) => {
        if (!signer) return refuse(reply, noKey)
        const found = await readOne(needs, request.caller, request.params.id, 'receipt')
        return isFailure(found) ? refuse(reply, found) : reply.send(await signedReceipt(needs, signer, found))
      },
    )

    app.get(
      '/v1/consent-receipt-keys',
      {
        config: { access: 'anyone' },
        schema: {
          tags: ['consents'],
          summary: 'The public keys that consent receipts verify with (JWK Set)',
          response: answers({
            200: Type.Object({ keys: Type.Array(Type.Object({}, { additionalProperties: true })) }, closed),
          }),
        },
      },
      async (_request, reply) => reply.send(signer?.publicKeys ?? { keys: [] }),
    )

    await app.register(scopeRoutes(needs))
    await app.register(consentStepRoutes(needs))
    await app.register(representationRoutes(needs))
  }
