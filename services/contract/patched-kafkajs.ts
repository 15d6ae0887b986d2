/** kafkajs with all our patches, each of which says what it is for. */
import './kafkajs-batches.ts'
import './kafkajs-fetch.ts'
import './kafkajs-metadata.ts'
import './kafkajs-partition.ts'
import './kafkajs-produce.ts'
import './kafkajs-queue.ts'
import { ownKafkajs } from './own-kafkajs.ts'

export const kafkajs = ownKafkajs()
