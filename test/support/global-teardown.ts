import { openDesks } from './global-setup.ts'

export default async function tearDown(): Promise<void> {
  await Promise.all(openDesks.map(desk => desk.close()))
}
