/** A program's view of Kafka, by the rights that it has. */
import kafkajs from 'kafkajs'

/** The topics that it sees, and what comes of asking for one's offsets and settings. */
export async function seenBy(client: kafkajs.Kafka, topic: string) {
  const admin = client.admin()
  await admin.connect()
  const told = async (ask: () => Promise<unknown>) =>
    ask().then(
      () => 'told',
      error => (/authoriz/i.test(`${error} ${error.errors}`) ? 'refused' : String(error)),
    )
  try {
    const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }]
    return [
      (await admin.listTopics()).filter(name => name.startsWith('datarun.')).sort(),
      await told(() => admin.fetchTopicOffsets(topic)),
      await told(() => admin.describeConfigs({ resources, includeSynonyms: false })),
      await told(() => admin.createTopics({ topics: [{ topic: `${topic}.of-reader` }], waitForLeaders: false })),
    ]
  } finally {
    await admin.disconnect()
  }
}

/** The first message, or why there is none. Its group is let in, so that the topic alone decides. */
export async function firstMessageFor(client: kafkajs.Kafka, topic: string, groupId: string): Promise<string> {
  const consumer = client.consumer({ groupId, retry: { retries: 0 } })
  try {
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    return await new Promise((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
      consumer.run({ eachMessage: async ({ message }) => resolve(String(message.value)) }).catch(reject)
    })
  } catch (error) {
    return String(error)
  } finally {
    await consumer.disconnect()
  }
}
