/** Before a partition is read: whether its topic is the one that was read before, and what the steward has to be told. */
import { type Failure, failure } from '../../../contract/failure.ts'
import { datasetIdOf } from '../../../contract/topic.ts'
import type { Place, Position, TopicLog } from '../../../kafka/kafka.ts'
import { inTransaction, type Transaction } from '../../../postgres/transaction.ts'
import type { IngestNeeds } from './needs.ts'
import { readStood, settleOffset, type TopicPlace } from './offset-store.ts'
import { type Break, type Found, goOn, type Stood } from './position.ts'
import { insertRejections } from './rejection-store.ts'

type Settling = Pick<IngestNeeds, 'pool' | 'broker' | 'log' | 'metrics' | 'now'>

/** Where to go on with each place; one whose topic does not exist now, or has no leader, is left out. */
export async function settlePositions(needs: Settling, places: readonly Place[]): Promise<Position[]> {
  const logs = await needs.broker.logs([...new Set(places.map(({ topic }) => topic))])
  const stood = await readStood(needs.pool, places)
  const settled: Position[] = []
  for (const { topic, partition } of places) {
    const place = { topic, partition, topicId: logs.get(topic)?.id }
    const found = await findLog(needs, place, logs.get(topic), stood.get(`${topic}/${partition}`))
    if (found) settled.push(await settle(needs, place, stood.get(`${topic}/${partition}`), found))
  }
  return settled
}

async function findLog({ broker }: Settling, place: TopicPlace, log: TopicLog | undefined, stood: Stood | undefined) {
  const partition = log?.partitions.get(place.partition)
  if (!partition) return undefined
  const isUnsure = place.topicId !== undefined && stood && stood.topicId === undefined && stood.next > 0
  const firstNewer = isUnsure ? await broker.firstSince(place, stood.movedAt.getTime() + 1) : undefined
  return { ...partition, id: place.topicId, firstNewer }
}

async function settle(needs: Settling, place: TopicPlace, stood: Stood | undefined, found: Found): Promise<Position> {
  const goingOn = goOn(stood, found)
  // A broker that does not say the id now does not make us forget it.
  const topicId = place.topicId ?? stood?.topicId
  const isKnown = stood && !goingOn.broken && stood.topicId === topicId
  const position = { ...place, topicId, offset: goingOn.next }
  if (isKnown) return position
  const { broken } = goingOn
  const isSettled = await inTransaction(needs.pool, async tx => {
    const done = await settleOffset(tx, position, stood, goingOn)
    if (done && broken) await tellSteward(needs, tx, position, broken)
    return done
  })
  // Another process was faster: what it settled stands.
  if (!isSettled) return (await settlePositions(needs, [place]))[0] ?? position
  if (broken) tellOperator(needs, position, broken, found)
  return position
}

async function tellSteward(needs: Settling, tx: Transaction, { topic, partition }: Place, broken: Break) {
  const at = broken.what === 'gone' ? broken.from : broken.stood
  const message = { offset: at, timestamp: needs.now().getTime(), key: null, value: null, headers: {} }
  const dataset = datasetIdOf(topic)
  const notice = { message, failure: failureOf(broken) }
  for (const statement of insertRejections({ dataset, topic, partition }, [notice])) await tx.query(statement)
}

function failureOf(broken: Break): Failure {
  if (broken.what === 'gone') {
    const range = `Offsets ${broken.from} to ${broken.to}`
    return failure('RECORDS_GONE', { detail: `${range} are gone from Kafka. Publish these records again.` })
  }
  const how = broken.what === 'made-anew' ? 'was made anew' : 'ends before what was read of it'
  const lost = `What stood there from offset ${broken.stood} on and was not taken in is gone: publish it again.`
  return failure('TOPIC_RESTARTED', { detail: `The topic ${how} and is read from its beginning. ${lost}` })
}

const sentences = {
  'made-anew': 'the topic was made anew: it is read from its beginning, what the old one held unread is gone',
  'cut-short': 'the topic ends before what was read of it: it is read from its beginning',
  gone: 'retention removed messages that were never taken in: they are gone',
}

function tellOperator({ log, metrics }: Settling, place: Position, broken: Break, { start, end }: Found) {
  const dataset = datasetIdOf(place.topic)
  const { topic, partition } = place
  log.error({ dataset, topic, partition, ...broken, logStart: start, logEnd: end }, sentences[broken.what])
  metrics.ingestBreaks.inc({ dataset, what: broken.what })
}
