/** The hub's administration of Kafka: topics, and who may do what with them. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { AclEntry, AclOperationTypes, Kafka } from 'kafkajs'
import { kafkajs } from './patched-kafkajs.ts'
import { keepRights, type TopicRights } from './rights.ts'

export type TopicAdmin = {
  /** Creates what is missing; existing topics stay as they are. */
  createTopics(topics: { name: string; partitions: number }[]): Promise<void>
  /** Among topics and groups that begin with `prefix`: exactly these rights, in force once it resolves. */
  keepRights(system: string, prefix: string, rights: TopicRights): Promise<void>
  /** Lets a program see which topics that begin with `prefix` there are, with their settings and offsets; no message. */
  allowSeeing(reader: string, prefix: string): Promise<void>
  forbidSeeing(reader: string, prefix: string): Promise<void>
  /** For each partition of the topic the offset that its next message will have. */
  ends(topic: string): Promise<Map<number, number>>
  /** Rejects when no broker answers. */
  ping(): Promise<void>
  close(): Promise<void>
}

export async function createAdmin(kafka: Kafka): Promise<TopicAdmin> {
  const admin = kafka.admin()
  await admin.connect()
  return {
    createTopics: async topics => {
      // `uncompressed` makes the broker unpack what producers pack: what is broken, or far too much, never gets here.
      const configEntries = [{ name: 'compression.type', value: 'uncompressed' }]
      await admin.createTopics({
        topics: topics.map(({ name, partitions }) => ({ topic: name, numPartitions: partitions, configEntries })),
        waitForLeaders: false,
      })
      await untilKnown(
        admin,
        topics.map(({ name }) => name),
      )
    },
    keepRights: (system, prefix, rights) => keepRights(admin, system, prefix, rights),
    allowSeeing: (reader, prefix) => allow(admin, reader, prefix, seeing),
    forbidSeeing: (reader, prefix) => forbid(admin, reader, prefix, seeing),
    ends: async topic => {
      const offsets = await admin.fetchTopicOffsets(topic)
      return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]))
    },
    ping: async () => void (await admin.describeCluster()),
    close: () => admin.disconnect(),
  }
}

/** A broker hears of new topics a little later than its controller; kafkajs's own wait takes that for an error. */
async function untilKnown(admin: ReturnType<Kafka['admin']>, topics: string[]) {
  for (let attempt = 0; ; attempt++) {
    try {
      const known = await admin.fetchTopicMetadata({ topics })
      if (known.topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))) return
    } catch (error) {
      if (attempt >= 50) throw error
    }
    if (attempt >= 100) throw new Error('new topics have no leader yet: is a broker down?')
    await sleep(100)
  }
}

const ruleFor = (principal: string, prefix: string, operation: AclOperationTypes) => ({
  resourceType: kafkajs.AclResourceTypes.TOPIC,
  resourceName: prefix,
  resourcePatternType: kafkajs.ResourcePatternTypes.PREFIXED,
  principal: `User:${principal}`,
  host: '*',
  operation,
  permissionType: kafkajs.AclPermissionTypes.ALLOW,
})
const { DESCRIBE, DESCRIBE_CONFIGS } = kafkajs.AclOperationTypes
const seeing = [DESCRIBE, DESCRIBE_CONFIGS]
type Admin = ReturnType<Kafka['admin']>

async function allow(admin: Admin, principal: string, prefix: string, operations: AclOperationTypes[]) {
  const acl = operations.map(operation => ruleFor(principal, prefix, operation))
  await admin.createAcls({ acl })
  await untilInForce(admin, acl[0]!)
}

async function forbid(admin: Admin, principal: string, prefix: string, operations: AclOperationTypes[]) {
  await admin.deleteAcls({ filters: operations.map(operation => ruleFor(principal, prefix, operation)) })
}

/** A broker hears of new rights, too, a little later than its controller: who came at once would be turned away. */
async function untilInForce(admin: ReturnType<Kafka['admin']>, rule: AclEntry) {
  for (let attempt = 0; attempt < 100; attempt++) {
    const { resources } = await admin.describeAcls(rule)
    if (resources.length > 0) return
    await sleep(100)
  }
  throw new Error('a new right is not yet in force: is a broker down?')
}
