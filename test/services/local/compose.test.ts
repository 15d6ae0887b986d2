import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { broker, folders, hub, issuer } from '../../../services/local/compose/addresses.ts'
import { repository } from '../../../services/local/places.ts'
import { kafkaImage, postgresImage } from '../../support/backend-containers.ts'

type Service = {
  image: string
  build?: string
  command?: string[]
  restart: string
  healthcheck?: { test: string[] }
  depends_on?: Record<string, { condition: string }>
  environment?: Record<string, string>
  networks?: { default: { aliases: string[] } }
  ports?: string[]
  volumes?: string[]
  user?: string
  privileged?: boolean
  network_mode?: string
}

const text = await readFile(join(repository, 'docker-compose.yml'), 'utf8')
const compose = parse(text, { merge: true }) as { services: Record<string, Service>; volumes: Record<string, null> }
const services = Object.entries(compose.services)
const volumesOf = ({ volumes = [] }: Service) => volumes.map(volume => volume.split(':') as [string, string, string?])

test('every container that stays has a health check, and waits for those it needs to be well or done', () => {
  const staying = services.filter(([, service]) => service.restart !== 'no')
  expect(staying.map(([name]) => name).sort()).toEqual(['exchange', 'identity', 'kafka', 'postgres'])
  expect(staying.filter(([, service]) => !service.healthcheck?.test.length)).toEqual([])
  const conditions = services.flatMap(([, service]) => Object.entries(service.depends_on ?? {}))
  const wanted = (name: string) =>
    compose.services[name]?.restart === 'no' ? 'service_completed_successfully' : 'service_healthy'
  expect(conditions.filter(([name, { condition }]) => condition !== wanted(name))).toEqual([])
})

test('no secret has a default, and none stands in the file', () => {
  expect(text).not.toMatch(/\$\{[^}]*:?-/)
  const settings = services.flatMap(([, { environment = {} }]) => Object.entries(environment))
  const secrets = settings.filter(([name]) => /password|secret|key|token/i.test(name))
  expect(secrets).toEqual([['POSTGRES_PASSWORD_FILE', `${folders.postgres}/password`]])
})

test('ports are published on the loopback address alone', () => {
  const ports = services.flatMap(([, service]) => service.ports ?? [])
  expect(ports).toEqual(['127.0.0.1:8090:8090', '127.0.0.1:8080:8080'])
})

test('images are pinned to a version, and are those that the tests run on', () => {
  for (const [, { image }] of services) expect(image).toMatch(/:\d+\.\d+(\.\d+)?$/)
  expect(compose.services.postgres?.image).toBe(postgresImage)
  expect(compose.services.kafka?.image).toBe(kafkaImage)
})

test('every volume is named and declared; only the steps that prepare see more than their own', () => {
  const used = new Set(services.flatMap(([, service]) => volumesOf(service).map(([name]) => name)))
  expect([...used].sort()).toEqual(Object.keys(compose.volumes).sort())
  for (const [name, service] of services.filter(([, { restart }]) => restart !== 'no')) {
    const configs = volumesOf(service).filter(([volume]) => volume.endsWith('-config'))
    expect([name, configs.map(([volume, , mode]) => [volume, mode])]).toEqual([name, [[`${name}-config`, 'ro']]])
  }
})

test('names and ports are those that the settings are written with', () => {
  for (const [name, address] of [
    ['exchange', hub],
    ['identity', issuer],
  ] as const) {
    const { hostname, port } = new URL(address)
    expect(compose.services[name]?.networks?.default.aliases).toEqual([hostname])
    expect(compose.services[name]?.ports).toEqual([`127.0.0.1:${port}:${port}`])
  }
  expect(compose.services.kafka?.environment?.KAFKA_OPTS).toContain(`allowed.urls=${issuer}/jwks`)
  expect(compose.services.kafka?.healthcheck?.test.at(-1)).toContain(`/${broker.port}`)
})

test('our own containers run without privileges', async () => {
  const dockerfile = await readFile(join(repository, 'Dockerfile'), 'utf8')
  expect(dockerfile).toMatch(/^FROM node:24\.\d+\.\d+-slim$/m)
  expect(
    dockerfile
      .trim()
      .split('\n')
      .filter(line => line.startsWith('USER ')),
  ).toEqual(['USER node'])
  expect(services.filter(([, { user, privileged }]) => user || privileged)).toEqual([])
  const own = services.filter(([, { build }]) => build)
  expect(own.map(([, service]) => 'cap_drop' in service && 'read_only' in service)).toEqual(own.map(() => true))
})
