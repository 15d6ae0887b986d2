import { rm } from 'node:fs/promises'
import { openDesks } from './global-setup.ts'
import { homeVariable } from './temporary-home.ts'

export default async function tearDown(): Promise<void> {
  await Promise.all(openDesks.map(desk => desk.close()))
  const home = process.env[homeVariable]
  if (home) await rm(home, { recursive: true, force: true })
}
