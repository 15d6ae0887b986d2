import { resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { cityLimits } from '../local/city/city.ts'
import { dataHome } from '../local/places.ts'
import { stopOnSignal } from '../local/processes.ts'
import { removeStack } from '../local/stack.ts'
import { start } from '../local/start.ts'
import type { Output } from '../local/story/tell.ts'

type Options = {
  exit?: boolean
  report?: string
  people: number
  port?: number
  issuerPort?: number
  data?: string
}

export const startCommand = (output: Output): Command =>
  new Command('start')
    .description('start everything on this machine, fill it with a sample city and tell its story')
    .option('--exit', 'end after the story instead of staying up')
    .option('--report <file>', 'write the figures as JSON')
    .option('--people <number>', 'size of the population', peopleCount, 2_000)
    .option('--port <port>', 'port of the hub; a free one unless set', portNumber)
    .option('--issuer-port <port>', 'port of the issuer; a free one unless set', portNumber)
    .option('--data <folder>', 'where everything is kept; .datarun unless set')
    .action(async (options: Options) => {
      const ports = {
        ...(options.port && { exchange: options.port }),
        ...(options.issuerPort && { identity: options.issuerPort }),
      }
      const { stack, figures } = await start({
        people: options.people,
        ports,
        output,
        ...(options.exit && { shortLived: true }),
        ...(options.report && { report: options.report }),
        ...(options.data && { directory: resolve(options.data) }),
        onFailure: sentence => void output.write(`${sentence}\n`),
      })
      output.write(`Console       ${stack.hub}/console/  (sign in as any of the sample people)\n`)
      output.write(`The hub       ${stack.hub}  (its API to read: ${stack.hub}/docs)\n`)
      output.write(`The issuer    ${stack.issuer}\n`)
      output.write(`Kafka         ${stack.brokers.join(',')}\n`)
      output.write(`Keys          ${resolve(options.data ?? dataHome)}/stack/keys\n`)
      output.write(`Told in ${figures.secondsInAll} s; services were up after ${figures.secondsToStart} s.\n`)
      if (options.exit) return stack.stop()
      output.write('Everything stays up; Ctrl-C ends it. npm run reset removes its data.\n')
      stopOnSignal(() => stack.stop())
    })

export const resetCommand = (): Command =>
  new Command('reset').description('remove the data of the local stack (the downloads stay)').action(async () => {
    await removeStack(`${dataHome}/stack`)
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
