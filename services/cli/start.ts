import { resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { cityLimits } from '../local/city/city.ts'
import { dataHome } from '../local/places.ts'
import { stopOnSignal } from '../local/processes.ts'
import { removeStack } from '../local/stack.ts'
import { start } from '../local/start.ts'
import { type Started, startedFacts, startedLines } from './started.ts'

type Options = {
  exit?: boolean
  report?: string
  people: number
  port?: number
  issuerPort?: number
  kafkaPort?: number
  postgresPort?: number
  data?: string
  json?: boolean
}

/** Kafka's own, for whoever writes the addresses of the stack down. */
const usualKafkaPort = 9092

export const startCommand = (): Command =>
  new Command('start')
    .description('start everything on this machine, fill it with a sample city and tell its story')
    .option('--exit', 'end after the story instead of staying up')
    .option('--report <file>', 'write the figures as JSON')
    .option('--people <number>', 'size of the population', peopleCount, 2_000)
    .option('--port <port>', 'port of the hub; a free one unless set', portNumber)
    .option('--issuer-port <port>', 'port of the issuer; a free one unless set', portNumber)
    .option(
      '--kafka-port <port>',
      `port of Kafka; ${usualKafkaPort} beside --port or --issuer-port, a free one without them`,
      portNumber,
    )
    .option('--postgres-port <port>', 'port of PostgreSQL; a free one unless set', portNumber)
    .option('--data <folder>', 'where everything is kept; .datarun unless set')
    .option('--json', 'print addresses and who may sign in as JSON, once it is up; the story goes to standard error')
    .action(async (options: Options) => {
      const story = options.json ? process.stderr : process.stdout
      const { stack, figures, people } = await start({
        people: options.people,
        ports: portsOf(options),
        output: story,
        ...(options.exit && { shortLived: true }),
        ...(options.report && { report: options.report }),
        ...(options.data && { directory: resolve(options.data) }),
        onFailure: sentence => void process.stderr.write(`${sentence}\n`),
      })
      const { hub, issuer, brokers } = stack
      const keys = `${resolve(options.data ?? dataHome)}/stack/keys`
      const started: Started = { hub, issuer, brokers, keys, people }
      if (options.json) process.stdout.write(`${JSON.stringify(startedFacts(started))}\n`)
      for (const line of startedLines(started)) story.write(`${line}\n`)
      story.write(`Told in ${figures.secondsInAll} s; services were up after ${figures.secondsToStart} s.\n`)
      if (options.exit) return stack.stop()
      story.write('Everything stays up; Ctrl-C ends it. npm run reset removes its data.\n')
      stopOnSignal(() => stack.stop())
    })

function portsOf({ port, issuerPort, kafkaPort, postgresPort }: Options) {
  const kafka = kafkaPort ?? (port || issuerPort ? usualKafkaPort : undefined)
  return {
    ...(port && { exchange: port }),
    ...(issuerPort && { identity: issuerPort }),
    ...(kafka && { kafka }),
    ...(postgresPort && { postgres: postgresPort }),
  }
}

export const resetCommand = (): Command =>
  new Command('reset')
    .description('remove the data of the local stack (the downloads stay)')
    .option('--data <folder>', 'as start was told; .datarun unless set')
    .option('--json', 'print what was removed as JSON')
    .action(async ({ data, json }: { data?: string; json?: boolean }) => {
      const removed = `${resolve(data ?? dataHome)}/stack`
      await removeStack(removed)
      if (json) process.stdout.write(`${JSON.stringify({ removed })}\n`)
    })

function peopleCount(text: string): number {
  const people = Number(text)
  const { fewestPeople, mostPeople } = cityLimits
  if (Number.isInteger(people) && people >= fewestPeople && people <= mostPeople) return people
  throw new InvalidArgumentError(`It must be a whole number from ${fewestPeople} to ${mostPeople}.`)
}

function portNumber(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new InvalidArgumentError('It must be a port from 1 to 65535.')
}
