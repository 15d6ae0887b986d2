/** Rights of a system at the brokers: exactly what it is given, rule by rule; nothing by default. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { AclEntry, AclOperationTypes, Kafka } from 'kafkajs'
import { kafkajs } from './patched-kafkajs.ts'

/** Topics by name. Where there are any to read, the system may also be of the consumer groups that begin with the prefix. */
export type TopicRights = { write: readonly string[]; read: readonly string[] }

type Admin = ReturnType<Kafka['admin']>
const { TOPIC, GROUP, ANY } = kafkajs.AclResourceTypes
const { LITERAL, PREFIXED } = kafkajs.ResourcePatternTypes
const { READ, WRITE } = kafkajs.AclOperationTypes

/**
 * Among topics and groups whose names begin with `prefix` the system has these rights from then on and no others; rules of
 * other names are left alone. Resolves once they are in force.
 */
export async function keepRights(admin: Admin, system: string, prefix: string, rights: TopicRights): Promise<void> {
  const wanted = rulesOf(system, prefix, rights)
  for (let attempt = 0; attempt < 100; attempt++) {
    const standing = await rulesWithin(admin, system, prefix)
    const missing = without(wanted, standing)
    const surplus = without(standing, wanted)
    if (missing.length === 0 && surplus.length === 0) return
    // Asked for once: a broker hears of rules a little later than its controller.
    if (attempt === 0 && missing.length > 0) await admin.createAcls({ acl: missing })
    if (attempt === 0 && surplus.length > 0) await admin.deleteAcls({ filters: surplus })
    await sleep(attempt === 0 ? 20 : 100)
  }
  throw new Error('rights are not yet in force: is a broker down?')
}

/** To write or read a topic implies to see it. */
function rulesOf(system: string, prefix: string, { write, read }: TopicRights): AclEntry[] {
  const rule = (
    on: Pick<AclEntry, 'resourceType' | 'resourceName' | 'resourcePatternType'>,
    operation: AclOperationTypes,
  ) => ({
    ...on,
    principal: `User:${system}`,
    host: '*',
    operation,
    permissionType: kafkajs.AclPermissionTypes.ALLOW,
  })
  const topic = (name: string) => ({ resourceType: TOPIC, resourceName: name, resourcePatternType: LITERAL })
  const groups = { resourceType: GROUP, resourceName: prefix, resourcePatternType: PREFIXED }
  return [
    ...write.map(name => rule(topic(name), WRITE)),
    ...read.map(name => rule(topic(name), READ)),
    ...(read.length > 0 ? [rule(groups, READ)] : []),
  ]
}

async function rulesWithin(admin: Admin, system: string, prefix: string): Promise<AclEntry[]> {
  const { resources } = await admin.describeAcls({
    resourceType: ANY,
    resourcePatternType: kafkajs.ResourcePatternTypes.ANY,
    principal: `User:${system}`,
    operation: kafkajs.AclOperationTypes.ANY,
    permissionType: kafkajs.AclPermissionTypes.ANY,
  })
  return resources
    .filter(({ resourceName }) => resourceName.startsWith(prefix))
    .flatMap(({ acls, resourceType, resourceName, resourcePatternType }) =>
      acls.map(acl => ({ resourceType, resourceName, resourcePatternType, ...acl })),
    )
}

const nameOf = (rule: AclEntry) =>
  [rule.resourceType, rule.resourcePatternType, rule.resourceName, rule.operation, rule.permissionType, rule.host].join(
    ' ',
  )

function without(rules: AclEntry[], others: AclEntry[]): AclEntry[] {
  const names = new Set(others.map(nameOf))
  return rules.filter(rule => !names.has(nameOf(rule)))
}
