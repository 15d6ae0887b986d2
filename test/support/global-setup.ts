import { deskVariable } from './ask-desk.ts'
import { type Desk, openDesk } from './desk.ts'

/** Where global-teardown.ts finds it: both run in the process that runs jest. */
export const openDesks: Desk[] = []

export default async function setUp(): Promise<void> {
  const desk = await openDesk(process.env.TEST_BACKEND)
  openDesks.push(desk)
  process.env[deskVariable] = desk.url
}
