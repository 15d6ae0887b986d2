/** kafkajs with all our patches, each of which says what it is for. */
import './patches/batches.ts'
import './patches/metadata.ts'
import './patches/partition.ts'
import './patches/produce.ts'
import './patches/queue.ts'
import { ownKafkajs } from './own-kafkajs.ts'

export const kafkajs = ownKafkajs()
