/** A load as a process of its own: the plan as JSON on standard input, the result on standard output. */
import { json } from 'node:stream/consumers'
import autocannon from 'autocannon'
import type { LoadPlan, LoadResult } from './plan.ts'

const { url, headers, connections, seconds, bodies, subjects = 1 } = (await json(process.stdin)) as LoadPlan
const { pathname } = new URL(url)
const requestOf = (body: string) => ({ method: 'POST' as const, path: pathname, headers, body })

const share = Math.ceil(bodies.length / connections)
let taken = 0
const setupClient = (client: autocannon.Client) => {
  client.setRequests(bodies.slice(taken, taken + share).map(requestOf))
  taken += share
}

const latencies: number[] = []
const cpuBefore = process.cpuUsage()
const { promise: finished, resolve, reject } = Promise.withResolvers<autocannon.Result>()
/** Each line of a bulk call has its own status. */
const verifyBody = (body: unknown) => String(body).split('"status":200').length - 1 === subjects
const requests = [requestOf(bodies[0]!)]
const options = { url, connections, duration: seconds, requests, setupClient, ...(subjects > 1 && { verifyBody }) }
autocannon(options, (error, result) => (error ? reject(error) : resolve(result))).on(
  'response',
  (_client, _status, _bytes, milliseconds) => latencies.push(milliseconds),
)
const { non2xx, errors, timeouts, mismatches, duration, throughput } = await finished
const { user, system } = process.cpuUsage(cpuBefore)
latencies.sort((one, other) => one - other)
const quantile = (q: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * q))] ?? 0

const answered = latencies.length * subjects
const result: LoadResult = {
  answered,
  bad: non2xx + errors + timeouts + mismatches,
  perSecond: answered / duration,
  p50: quantile(0.5),
  p99: quantile(0.99),
  bytes: throughput.total / answered,
  cost: (user + system) / answered,
}
process.stdout.write(JSON.stringify(result))
