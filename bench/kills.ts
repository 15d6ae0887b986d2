/**
 * `npm run bench -- kills`: the exchange is killed (SIGKILL) again and again while records, poison and pulls flow, and a topic is
 * deleted and made anew now and then. Afterwards nothing may be lost, doubled, unlogged or stalled. `--rounds n` kills, 100
 * unless given and 10 with `--quick`; some six seconds each.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { createLog } from '../services/contract/log.ts'
import { connectKafka } from '../services/kafka/kafka.ts'
import type { Child } from '../services/local/child.ts'
import { randomFrom } from '../services/local/city/random.ts'
import { freePort } from '../services/local/ports.ts'
import { startService } from '../services/local/processes.ts'
import { exchangeFlags, exchangeSettings } from '../services/local/stack-settings.ts'
import { figureOf, type Outcome } from './figures.ts'
import { judge, type Sent, type Verdict } from './kills/judge.ts'
import { renewedTopic } from './kills/renewed-topic.ts'
import { type Counts, producerOf, publishOn, pullOn } from './kills/traffic.ts'
import type { BenchOptions } from './options.ts'
import { settle } from './stand/fill-store.ts'
import { messageMaker } from './stand/messages.ts'
import { fillPulled } from './stand/pull-load.ts'
import { openStand, type Stand } from './stand/stand.ts'

const size = 5_000
const seed = 20_261_130
/** Milliseconds: however many kills were asked for, no more begin after this. */
const longest = 15 * 60_000
const everyTenth = 10

export async function measureKills({ quick, kills = quick ? 10 : 100, say }: BenchOptions): Promise<Outcome> {
  const stand = await openStand()
  try {
    await stand.stack.parts.exchange.stop()
    await fillPulled(stand, 0, size)
    await settle(stand.database)
    const { verdict, counts, sent, killed } = await killAgainAndAgain(stand, kills, say)
    say(`${killed} kills; ${JSON.stringify({ ...counts, pulls: sent.pulls.length })}; ${JSON.stringify(verdict)}`)
    const none = (name: keyof Verdict, title: string) =>
      figureOf({ name: `kills.${name}`, title, unit: '', goal: { atMost: 0 } }, [verdict[name]])
    return {
      measurement: 'kills',
      setting: { kills: killed, ...counts, pulls: sent.pulls.length },
      ratios: [],
      figures: [
        none('lost', 'records acknowledged by Kafka and not in the registry'),
        none('doubled', 'versions, rejections or entries that stand twice'),
        none('unlogged', 'pulls answered without an entry, or gaps of the log'),
        none('stalled', 'partitions that stand before the end of their log'),
      ],
    }
  } finally {
    await stand.close()
  }
}

async function killAgainAndAgain(stand: Stand, kills: number, say: BenchOptions['say']) {
  const random = randomFrom(seed)
  const hub = `http://127.0.0.1:${await freePort()}`
  const sent: Sent = { records: new Map(), pulls: [] }
  const counts: Counts = { records: 0, poison: 0, packed: 0 }
  const stopping = new AbortController()
  const producer = producerOf(stand, 'public-security/population-register')
  await producer.connect()
  const topics = await topicsOf(stand)
  const renewed = await renewedTopic(stand, topics, sent)
  let exchange = await startLife(stand, hub, 0)
  const { signal } = stopping
  const traffic = Promise.all([
    publishOn(producer, await messageMaker(), { sent, counts, random, signal }),
    pullOn(stand, hub, size, sent, signal),
  ])
  // Reported where it is awaited, at the end.
  traffic.catch(() => {})
  const deadline = Date.now() + longest
  let killed = 0
  while (killed < kills && Date.now() < deadline) {
    await sleep(random.between(300, 1_800))
    const isTenth = killed % everyTenth === everyTenth - 1
    if (isTenth) await renewed.untilTakenIn()
    await exchange.kill()
    killed += 1
    if (isTenth) await renewed.makeAnew()
    exchange = await startLife(stand, hub, killed)
    if (killed % everyTenth === 0) say(`${killed} kills, ${counts.records} records, ${sent.pulls.length} pulls`)
  }
  stopping.abort()
  await traffic
  const verdict = await judge(stand.database, topics, sent)
  await exchange.stop()
  await Promise.all([producer.disconnect(), renewed.close(), topics.close()])
  return { verdict, counts, sent, killed }
}

/** A group of its own for each life, or each would wait for Kafka to give up the one before: six seconds. */
async function startLife(stand: Stand, hub: string, life: number): Promise<Child> {
  const { stack, directory } = stand
  const settings = await exchangeSettings({ ...stack, hub }, stack.url, stack.brokers)
  const more = { DATARUN_REQUESTS_PER_MINUTE: '10000000', DATARUN_CONSUMER_GROUP: `kills-${life}` }
  const plan = { name: 'killed', script: 'services/exchange/main.ts', directory, flags: exchangeFlags }
  return startService({ ...plan, settings: { ...settings, ...more }, readyUrl: `${hub}/readyz` })
}

const topicsOf = ({ stack, tokenOf }: Stand) =>
  connectKafka({
    brokers: stack.brokers,
    clientId: 'hub/exchange',
    log: createLog('bench', 'silent'),
    token: () => tokenOf('hub/exchange'),
  }).topics()
