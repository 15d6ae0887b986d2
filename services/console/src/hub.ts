/** The hub's API as its OpenAPI document describes it. Every call answers data, or throws the hub's own problem. */
import createClient, { type FetchResponse } from 'openapi-fetch'
import type { components, paths } from './api-schema'
import { accessToken, signInAgain } from './session.ts'

export type Problem = Partial<components['schemas']['Problem']> & { code: string }
export type Schemas = components['schemas']

/** The problem, to be shown as it is. */
export class Refused extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.code)
    this.problem = problem
  }
}

export const hub = createClient<paths>({ baseUrl: window.location.origin })

hub.use({
  onRequest: async ({ request }) => {
    const token = await accessToken()
    if (token) request.headers.set('authorization', `Bearer ${token}`)
    return request
  },
  onResponse: async ({ response }) => {
    if (response.status === 401) await signInAgain()
  },
  onError: () => new Refused({ code: 'UNREACHABLE', retry: true }),
})

/** The answer's body. @throws Refused */
export async function answerOf<T extends Record<string | number, unknown>, O, M extends `${string}/${string}`>(
  asked: Promise<FetchResponse<T, O, M>>,
) {
  const { data, error, response } = await asked
  if (error !== undefined || !response.ok) throw new Refused(problemIn(error, response.status))
  return data as NonNullable<typeof data>
}

function problemIn(error: unknown, status: number): Problem {
  if (typeof error === 'object' && error !== null && 'code' in error) return error as Problem
  return { code: `HTTP_${status}`, status }
}

export const problemOf = (error: unknown): Problem =>
  error instanceof Refused ? error.problem : { code: 'CONSOLE_BUG', detail: String(error) }
