/** What a system may do with its department's topics, by how it is registered: nothing that is not given here. */
import type { TopicRights } from '../../contract/kafka.ts'
import { rejectedTopicOf, topicOf } from './dataset.ts'
import type { SystemStanding } from './department-store.ts'

/** `datasets` are the department's. Rejected topics, which quote what was sent, are written by the hub alone. */
export function topicRightsOf(
  { active, rights }: Pick<SystemStanding, 'active' | 'rights'>,
  datasets: readonly string[],
): TopicRights {
  return {
    write: active && rights.includes('publish') ? datasets.map(topicOf) : [],
    read: active && rights.includes('schemas') ? datasets.map(rejectedTopicOf) : [],
  }
}
