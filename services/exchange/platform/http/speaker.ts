/** APIs of others that the hub serves say its problems in words of their own, under their own addresses. */
import type { FastifyInstance } from 'fastify'
import type { Problem } from './problem.ts'

type Words = { status: number; type: string; body: object }

/** undefined where the address belongs to none of them. */
export type Speaker = (request: { method: string; url: string }, problem: Problem) => Words | undefined

/** Before any route, so that unknown addresses are answered in these words, too. */
export function letSpeak(app: FastifyInstance, speaker: Speaker): void {
  app.addHook('onSend', (request, reply, payload, goOn) => {
    const isProblem = String(reply.getHeader('content-type')).startsWith('application/problem+json')
    const words = isProblem && typeof payload === 'string' ? speaker(request, JSON.parse(payload)) : undefined
    if (!words) return goOn(null, payload)
    reply.code(words.status).header('content-type', words.type)
    goOn(null, JSON.stringify(words.body))
  })
}
