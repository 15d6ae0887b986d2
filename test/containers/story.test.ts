/** `docker compose up` as its users run it: from nothing to nothing, on an engine of the stage's own (run.sh). */
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { repository } from '../../services/local/places.ts'
import { signIn } from '../../services/local/sign-in.ts'
import { copyProject, lines, must, pullLine, shell, staying, storyOf, until, wellAgain } from './compose.ts'

const folder = join(tmpdir(), `datarun-project-${process.pid}`)
const issuer = 'http://identity.localhost:8090'
beforeAll(() => copyProject(folder))
afterAll(() => rm(folder, { recursive: true, force: true }))

test('the image is built once, and weighs what it holds', async () => {
  await must(folder, 'docker compose build')
  expect(await must(folder, 'docker images --quiet --filter dangling=true')).toBe('')
  const base = /^FROM (node:\S+)$/m.exec(await readFile(join(folder, 'Dockerfile'), 'utf8'))?.[1]
  const sizes = lines(await must(folder, `docker image inspect --format '{{.Size}}' datarun:0.2.0 ${base}`)).map(Number)
  expect((sizes[0]! - sizes[1]!) / 1e6).toBeLessThan(60)
}, 400_000)

test('a port that is taken is named', async () => {
  const other = createServer().listen(8080, '127.0.0.1')
  await once(other, 'listening')
  try {
    const { code, errors } = await shell(folder, 'docker compose up --detach --no-deps exchange')
    expect(code).not.toBe(0)
    expect(errors).toMatch(/127\.0\.0\.1:8080: bind: address already in use/)
  } finally {
    other.close()
    await must(folder, 'docker compose down --volumes')
  }
})

test('from nothing all parts become well, and the story is told', async () => {
  await must(folder, 'docker compose up --detach --wait')
  await must(folder, 'docker compose wait city')
  const story = await storyOf(folder)
  expect(story).toMatch(/9 departments published 6,705 records; 3 rows refused/)
  expect(story).toMatch(/Papers nobody had to carry: 6, from 5 departments/)
}, 300_000)

test('the commands that the story ends with work as they are printed', async () => {
  const pulled = await shell(folder, await pullLine(folder))
  expect(pulled.output).toMatch(/identity\): met\n[\s\S]*Pull \w+ is entry \d+ of the access log/)
  expect([0, 3]).toContain(pulled.code)
  const keys = /Keys +(docker compose cp \S+ keys)/.exec(await storyOf(folder))?.[1]
  await must(folder, keys ?? 'exit 9')
  expect(await readFile(join(folder, 'keys/natural-resources.title-office.json'), 'utf8')).toContain('"kty"')
  // A program of this machine with these keys, as docs/operators.md has it: run.sh put the names into /etc/hosts.
  const fromOutside = (await pullLine(folder)).replace(
    'docker compose run --rm -T datarun',
    join(repository, 'services/cli/datarun'),
  )
  const own = await shell(folder, fromOutside, {
    DATARUN_HUB_URL: 'http://exchange.localhost:8080',
    DATARUN_ISSUER: issuer,
    DATARUN_SYSTEM: 'natural-resources/title-office',
    DATARUN_SYSTEM_KEY_FILE: join(folder, 'keys/natural-resources.title-office.json'),
  })
  expect(own.output).toMatch(/is entry \d+ of the access log/)
})

test('a department publishes with Docker alone, by the lines of its page', async () => {
  const page = await readFile(join(repository, 'docs/department-developers.md'), 'utf8')
  const [csv, config] = [...page.matchAll(/^cat > my-department\/\S+ <<'END'\n[\s\S]*?^END$/gm)].map(([block]) => block)
  await must(folder, `mkdir -p my-department/export && ${csv}\n${config}`)
  const line = /`(docker compose run [^`]*adapter run --once [^`]*)`/.exec(page)?.[1]?.replaceAll('\n', ' ')
  const { code, errors } = await shell(folder, line ?? 'exit 9')
  expect([code, errors]).toEqual([3, expect.stringMatching(/marriages\.csv {2}2 rows, 1 refused/)])
})

test.each(['exchange.localhost', 'localhost', '127.0.0.1'])('people sign in at %s', async name => {
  const redirectUri = `http://${name}:8080/console/`
  expect((await fetch(redirectUri)).status).toBe(200)
  expect(await signIn({ issuer, redirectUri, person: 'auditor' })).toMatch(/^ey/)
})

test('nothing listens for other machines', async () => {
  const listening = lines(await must(folder, 'ss --no-header --listening --tcp --numeric')).map(
    line => line.split(/\s+/)[3],
  )
  expect(listening).toEqual(expect.arrayContaining(['127.0.0.1:8080', '127.0.0.1:8090']))
  expect(listening.filter(address => !/^(127\.0\.0\.1|\[::1\]):/.test(address!))).toEqual([])
})

test('every process runs without capabilities, as nobody that is root, and cannot become more', async () => {
  for (const name of staying) {
    const status = await must(folder, `docker compose exec -T ${name} cat /proc/1/status`)
    const [user] = /^Uid:\s+(\d+)/m.exec(status)!.slice(1)
    expect([name, Number(user)]).not.toEqual([name, 0])
    expect([name, /^CapBnd:\s+(\w+)/m.exec(status)?.[1]]).toEqual([name, '0000000000000000'])
    expect([name, /^NoNewPrivs:\s+(\d)/m.exec(status)?.[1]]).toEqual([name, '1'])
    const { code } = await shell(folder, `docker compose exec -T ${name} touch /usr/touched`)
    expect([name, code]).not.toEqual([name, 0])
  }
})

test('secrets can be read by their owners alone, and stand in no log and no description', async () => {
  for (const [name, place] of [
    ['exchange', '/config/exchange'],
    ['identity', '/config/identity'],
    ['city', '/config/systems'],
  ] as const) {
    const found = await must(
      folder,
      `docker compose run --rm --no-deps -T --entrypoint find ${name} ${place} -printf '%M %f\\n'`,
    )
    const open = lines(found).filter(line => !/^.rw.------/.test(line))
    expect(open.filter(line => !line.endsWith(' access-log.verifier'))).toEqual([])
    expect(found).not.toContain(name === 'identity' ? 'nothing' : 'issuer.json')
  }
  const file = await must(folder, 'docker compose run --rm -T --entrypoint cat datarun /config/systems/secrets.json')
  const told = (
    await must(folder, 'docker compose logs; docker inspect $(docker compose ps --all --quiet)')
  ).normalize()
  for (const secret of Object.values(JSON.parse(file) as Record<string, string>))
    expect(told.includes(secret)).toBe(false)
})

test('health checks keep what the parts said of themselves', async () => {
  const format = '{{(index .State.Health.Log 0).Output}}'
  const said = await must(folder, `docker inspect --format '${format}' datarun-exchange-1`)
  expect(JSON.parse(said)).toMatchObject({ ready: true, parts: { kafka: 'ready', postgresql: 'ready' } })
})

test.each(staying)('%s, killed, is back by itself, and pulls are answered', async name => {
  const inspect = (format: string) => must(folder, `docker inspect --format '${format}' datarun-${name}-1`)
  const before = Number(await inspect('{{.RestartCount}}'))
  process.kill(Number(await inspect('{{.State.Pid}}')), 'SIGKILL')
  await until(async () => Number(await inspect('{{.RestartCount}}')) > before || 'not restarted')
  await wellAgain(folder)
  expect((await shell(folder, await pullLine(folder))).output).toMatch(/is entry \d+ of the access log/)
})

test('an engine that is stopped and started brings all parts back, in whatever order', async () => {
  const engine = join(repository, 'test/containers/engine.sh')
  await must(repository, `bash ${engine} stop && bash ${engine} start >/dev/null 2>&1`)
  await wellAgain(folder)
  const restarts = await must(folder, "docker inspect --format '{{.RestartCount}}' datarun-exchange-1")
  expect(Number(restarts)).toBeLessThan(5)
  expect((await shell(folder, await pullLine(folder))).output).toMatch(/is entry \d+ of the access log/)
})

test('after an update and with other ports the new code runs on the data that were there', async () => {
  await must(folder, 'docker compose down')
  await writeFile(join(folder, 'services/local/compose/story.ts'), "\nconsole.log('the code of the update')\n", {
    flag: 'a',
  })
  const ports = { DATARUN_HUB_PORT: '9080', DATARUN_ISSUER_PORT: '9090' }
  await must(folder, 'docker compose up --detach --wait', ports)
  await must(folder, 'docker compose wait city', ports)
  const story = await storyOf(folder)
  expect(story).toContain('the code of the update')
  expect(story).toMatch(/published 0 records/)
  expect((await fetch('http://127.0.0.1:9080/console/')).status).toBe(200)
  expect((await shell(folder, await pullLine(folder), ports)).output).toMatch(/is entry \d+ of the access log/)
}, 300_000)

test('what is removed leaves nothing but the images, that of before the update included', async () => {
  await must(folder, 'docker compose down --volumes')
  expect(await must(folder, 'docker volume ls --quiet')).toBe('')
  expect(await must(folder, 'docker ps --all --quiet')).toBe('')
  expect(lines(await must(folder, "docker network ls --format '{{.Name}}'")).sort()).toEqual(['bridge', 'host', 'none'])
  expect(lines(await must(folder, 'docker images --quiet --filter dangling=true'))).toHaveLength(1)
})
