/** Rights of a system on its department's topics, by how it is registered: nothing that is not given here. */

import type { Right } from '../../../contract/role.ts'
import { rejectedTopicOf, topicOf } from '../../../contract/topic.ts'
import type { TopicRights } from '../../../kafka/kafka.ts'
import type { System } from './department.ts'

/**
 * `datasets` are the department's. Rejected topics, which quote what was sent, are written by the hub alone. Kafka asks for no
 * proof of a token's key, so a system that must bring one has nothing to do there.
 */
export function topicRightsOf(
  { active, dpopRequired, rights }: Pick<System, 'active' | 'dpopRequired' | 'rights'>,
  datasets: readonly string[],
): TopicRights {
  const may = (right: Right) => active && !dpopRequired && rights.includes(right)
  return {
    write: may('publish') ? datasets.map(topicOf) : [],
    read: may('schemas') ? datasets.map(rejectedTopicOf) : [],
  }
}
