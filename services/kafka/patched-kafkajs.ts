/** kafkajs with all our patches, each of which says what it is for, and what it gains if that is speed. */
import './patches/batches.ts'
import './patches/metadata.ts'
import './patches/produce.ts'
import './patches/queue.ts'
import { ownKafkajs } from './own-kafkajs.ts'

export const kafkajs = ownKafkajs()
