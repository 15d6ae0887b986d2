/** Where the hub is: the environment's word before the config's. Pure. */
import { type Failure, failure } from '../contract/failure.ts'
import type { Config } from './config-schema.ts'
import type { AdapterSettings } from './settings.ts'

export type Endpoints = { hubUrl: string; issuer: string; brokers: string[]; tls: boolean }

/** Failure CONFIG_INVALID names what neither of them says, and where to say it. */
export function endpointsOf({ hub }: Config, settings: AdapterSettings): Endpoints | Failure {
  const hubUrl = settings.hubUrl || hub?.url
  const issuer = settings.issuer || hub?.issuer
  const brokers = settings.kafkaBrokers.length > 0 ? settings.kafkaBrokers : (hub?.brokers ?? [])
  if (!hubUrl) return missing('url', 'DATARUN_HUB_URL')
  if (!issuer) return missing('issuer', 'DATARUN_ISSUER')
  if (brokers.length === 0) return missing('brokers', 'DATARUN_KAFKA_BROKERS')
  for (const [name, address] of Object.entries({ url: hubUrl, issuer })) {
    if (!URL.canParse(address))
      return failure('CONFIG_INVALID', { pointer: `/hub/${name}`, detail: `/hub/${name} must be an absolute URL` })
  }
  const tls = settings.kafkaTls === '' ? (hub?.tls ?? !brokers.every(isOnThisMachine)) : settings.kafkaTls === 'true'
  return { hubUrl, issuer, brokers, tls }
}

const missing = (name: string, variable: string) =>
  failure('CONFIG_INVALID', {
    pointer: `/hub/${name}`,
    detail: `/hub/${name} is missing: give it there or as ${variable}`,
  })

const isOnThisMachine = (broker: string) => /^(127\.\d+\.\d+\.\d+|localhost|\[::1\]):\d+$/.test(broker)
