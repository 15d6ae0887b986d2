/** Calls the hub as a system or as a person: token, JSON, and the hub's problem as a value. */
import type { Problem } from '../contract/problem.ts'
import type { Authorize } from '../contract/token-source.ts'

type HubAnswer<T> = { ok: true; status: number; body: T } | { ok: false; status: number; problem: Problem }

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE'

export type HubClient = {
  /** Resolves with the answer or the hub's problem+json; rejects where the hub cannot be reached or answers no JSON. */
  call<T>(method: Method, path: string, body?: unknown): Promise<HubAnswer<T>>
  /** The same, where a problem ends the caller's work too. @throws HubRefused */
  must<T>(method: Method, path: string, body?: unknown): Promise<T>
}

export type HubClientOptions = {
  /** `https://hub.example.gov.cn`, without a path. */
  hub: string
  /** The headers that prove who makes a call, made anew for each: see contract/token-source.ts. */
  authorize: Authorize
  timeoutMilliseconds?: number
}

/** The message is the hub's own sentence with its code and the way out; it holds no personal data. */
export class HubRefused extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.title}${problem.detail ? ` ${problem.detail}` : ''}`)
    this.problem = problem
  }
}

export function createHubClient({ hub, authorize, timeoutMilliseconds = 30_000 }: HubClientOptions): HubClient {
  const call = async <T>(method: string, path: string, body?: unknown): Promise<HubAnswer<T>> => {
    const response = await fetch(hub + path, {
      method,
      headers: {
        ...(await authorize(method, hub + path)),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMilliseconds),
    })
    const answer = (await response.json()) as unknown
    return response.ok
      ? { ok: true, status: response.status, body: answer as T }
      : { ok: false, status: response.status, problem: answer as Problem }
  }
  return {
    call,
    must: async <T>(method: Method, path: string, body?: unknown) => {
      const answer = await call<T>(method, path, body)
      if (!answer.ok) throw new HubRefused(answer.problem)
      return answer.body
    },
  }
}
