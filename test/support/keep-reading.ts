import type { Consumption, KafkaConnection, Subscription } from '../../services/kafka/kafka.ts'

/** Reads as ingest does: a new consumer for one that crashed, as it does where Kafka is still loading its groups. */
export async function keepReading(kafka: KafkaConnection, subscription: Subscription): Promise<() => Promise<void>> {
  let stopped = false
  let current: Promise<Consumption>
  const read = (): Promise<Consumption> => {
    current = kafka.consume(subscription).then(consumption => {
      void consumption.crashed.then(async () => {
        await consumption.stop()
        if (!stopped) await read()
      })
      return consumption
    })
    return current
  }
  await read()
  return async () => {
    stopped = true
    await (await current).stop()
  }
}
