import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { broker, folders, hub, issuer } from '../../../services/local/compose/addresses.ts'
import { repository } from '../../../services/local/places.ts'
import { kafkaImage, postgresImage } from '../../support/backend-containers.ts'

type Service = {
  image: string
  build?: { context: string; args: Record<string, string | null> }
  pull_policy?: string
  command?: string[]
  restart: string
  profiles?: string[]
  healthcheck?: { test: string[] }
  depends_on?: Record<string, { condition: string }>
  environment?: Record<string, string>
  networks?: { default: { aliases: string[] } }
  ports?: string[]
  volumes?: string[]
  tmpfs?: string[]
  user?: string
  privileged?: boolean
  read_only?: boolean
  cap_drop?: string[]
  cap_add?: string[]
  security_opt?: string[]
  network_mode?: string
  attach?: boolean
  logging?: { driver: string; options: Record<string, string> }
}

const text = await readFile(join(repository, 'docker-compose.yml'), 'utf8')
const ports = { DATARUN_HUB_PORT: new URL(hub).port, DATARUN_ISSUER_PORT: new URL(issuer).port }
/** As Compose fills in what stands in braces, where no variable of the shell is set. */
const filled = text.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')
const compose = parse(filled, { merge: true }) as {
  name: string
  services: Record<string, Service>
  volumes: Record<string, null>
}
const services = Object.entries(compose.services)
const own = services.filter(([, { image }]) => image.startsWith('datarun:'))
const volumesOf = ({ volumes = [] }: Service) => volumes.map(volume => volume.split(':') as [string, string, string?])
const dockerfile = await readFile(join(repository, 'Dockerfile'), 'utf8')

test('every container that stays has a health check, and waits for those it needs to be well or done', () => {
  const staying = services.filter(([, service]) => service.restart !== 'no')
  expect(staying.map(([name]) => name).sort()).toEqual(['exchange', 'identity', 'kafka', 'postgres'])
  expect(staying.filter(([, service]) => !service.healthcheck?.test.length)).toEqual([])
  const conditions = services.flatMap(([, service]) => Object.entries(service.depends_on ?? {}))
  const wanted = (name: string) =>
    compose.services[name]?.restart === 'no' ? 'service_completed_successfully' : 'service_healthy'
  expect(conditions.filter(([name, { condition }]) => condition !== wanted(name))).toEqual([])
})

test('nothing but a port has a default, and no secret stands in the file', () => {
  const defaults = [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, inner]) => inner)
  expect([...new Set(defaults)].sort()).toEqual(['DATARUN_HUB_PORT:-8080', 'DATARUN_ISSUER_PORT:-8090'])
  const settings = services.flatMap(([, { environment = {} }]) => Object.entries(environment))
  const secrets = settings.filter(([name]) => /password|secret|key|token/i.test(name))
  expect(secrets).toEqual([
    ['POSTGRES_PASSWORD_FILE', `${folders.postgres}/password`],
    ['DATARUN_SYSTEM_KEY_FILE', `${folders.systems}/natural-resources.title-office.json`],
  ])
})

test('ports are published on the loopback address alone', () => {
  const published = services.flatMap(([, service]) => service.ports ?? [])
  expect(published).toEqual(['127.0.0.1:8090:8090', '127.0.0.1:8080:8080'])
})

test('images are pinned to a version, and are those that the tests run on', () => {
  for (const [, { image }] of services) expect(image).toMatch(/:\d+\.\d+(\.\d+)?$/)
  expect(compose.services.postgres?.image).toBe(postgresImage)
  expect(compose.services.kafka?.image).toBe(kafkaImage)
})

test('our image is built once, at every start, and never taken from a registry', () => {
  expect(own.map(([name]) => name)).toEqual(['secrets', 'database', 'identity', 'exchange', 'city', 'datarun'])
  const built = services.filter(([, { build }]) => build)
  expect(built.map(([name, { pull_policy }]) => [name, pull_policy])).toEqual([['secrets', 'build']])
  const others = own.filter(([name]) => name !== 'secrets')
  expect(others.map(([, { pull_policy }]) => pull_policy)).toEqual(others.map(() => 'never'))
})

test('a mirror of npm can be named for the build, and none is', () => {
  expect(compose.services.secrets?.build?.args).toEqual({ NPM_CONFIG_REGISTRY: null })
  expect(dockerfile).toMatch(/^ARG NPM_CONFIG_REGISTRY$/m)
})

test('every volume is named and declared; only the steps that prepare see more than their own', () => {
  const used = new Set(services.flatMap(([, service]) => volumesOf(service).map(([name]) => name)))
  expect([...used].sort()).toEqual(Object.keys(compose.volumes).sort())
  for (const [name, service] of services.filter(([, { restart }]) => restart !== 'no')) {
    const configs = volumesOf(service).filter(([volume]) => volume.endsWith('-config'))
    expect([name, configs.map(([volume, , mode]) => [volume, mode])]).toEqual([name, [[`${name}-config`, 'ro']]])
  }
})

test('every volume of an image is covered, so that none without a name is left behind', () => {
  const covered = ({ tmpfs = [], ...service }: Service) => [...tmpfs, ...volumesOf(service).map(([, path]) => path)]
  const kafkaVolumes = ['/etc/kafka/secrets', '/mnt/shared/config', '/var/lib/kafka/data']
  expect(covered(compose.services.kafka!)).toEqual(expect.arrayContaining(kafkaVolumes))
  expect(covered(compose.services.postgres!)).toEqual(expect.arrayContaining(['/var/lib/postgresql']))
})

test('names and ports are those that the settings are written with', () => {
  for (const [name, address] of [
    ['exchange', hub],
    ['identity', issuer],
  ] as const) {
    const { hostname, port } = new URL(address)
    expect(compose.services[name]?.networks?.default.aliases).toEqual([hostname])
    expect(compose.services[name]?.ports).toEqual([`127.0.0.1:${port}:${port}`])
    expect(compose.services[name]?.healthcheck?.test.at(-1)).toBe(port)
  }
  expect(compose.services.kafka?.environment?.KAFKA_OPTS).toContain(`allowed.urls=${issuer}/jwks`)
  expect(compose.services.kafka?.healthcheck?.test.at(-1)).toContain(`/${broker.port}`)
  expect(compose.services.datarun?.environment).toMatchObject({
    DATARUN_HUB_URL: hub,
    DATARUN_ISSUER: issuer,
    DATARUN_KAFKA_BROKERS: `${broker.host}:${broker.port}`,
  })
})

test('ports that the shell sets are those of all addresses, and reach every container of ours', async () => {
  for (const [, { environment }] of own.filter(([name]) => name !== 'datarun')) expect(environment).toEqual(ports)
  expect(text).not.toMatch(/:80[89]0(?!\})/)
  const show = `import { hub, issuer } from './services/local/compose/addresses.ts'; console.log(hub, issuer)`
  const run = execFile(process.execPath, ['--input-type=module', '-e', show], {
    cwd: repository,
    env: { DATARUN_HUB_PORT: '9080', DATARUN_ISSUER_PORT: '9090' },
  })
  const [printed] = await once(run.stdout!, 'data')
  expect(printed).toBe('http://exchange.localhost:9080 http://identity.localhost:9090\n')
})

test('the command line is a service that no `up` starts, with the right to nothing but the keys and the city', () => {
  const { profiles, ports: published, volumes } = compose.services.datarun!
  expect(profiles).toEqual(['cli'])
  expect(published).toBeUndefined()
  expect(volumes).toEqual(['systems-config:/config/systems:ro', 'city:/city'])
  expect(services.filter(([, service]) => service.profiles).map(([name]) => name)).toEqual(['datarun'])
})

test('no container has a capability, gains a privilege or is root; only the one that must writes to its image', () => {
  expect(dockerfile).toMatch(/^FROM node:24\.\d+\.\d+-slim$/m)
  expect(dockerfile.match(/^USER .*$/gm)).toEqual(['USER node'])
  for (const [name, service] of services) {
    const { cap_drop, cap_add, security_opt, privileged } = service
    expect([name, cap_drop, security_opt]).toEqual([name, ['ALL'], ['no-new-privileges:true']])
    expect([name, cap_add, privileged]).toEqual([name, undefined, undefined])
  }
  // Kafka's image has a user of its own.
  expect(services.filter(([, { user }]) => user).map(([name, { user }]) => [name, user])).toEqual([
    ['postgres', 'postgres'],
  ])
  expect(services.filter(([, { read_only }]) => !read_only).map(([name]) => name)).toEqual(['kafka'])
})

test('logs are rotated, and those of PostgreSQL and Kafka do not bury the story', () => {
  for (const [name, { logging }] of services)
    expect([name, logging?.options]).toEqual([name, { 'max-size': '10m', 'max-file': '5' }])
  expect(services.filter(([, { attach }]) => attach === false).map(([name]) => name)).toEqual(['postgres', 'kafka'])
})

test('the project has a name of its own, whatever its folder is called', () => {
  expect(compose.name).toBe('datarun')
})
