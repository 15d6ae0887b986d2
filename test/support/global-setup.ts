import { compiledCode } from '../../services/local/places.ts'
import { deskVariable } from './ask-desk.ts'
import { type Desk, openDesk } from './desk.ts'
import { homeVariable, openRunHome } from './temporary-home.ts'

/** Where global-teardown.ts finds it: both run in the process that runs jest. */
export const openDesks: Desk[] = []

export default async function setUp(): Promise<void> {
  process.env.NODE_COMPILE_CACHE = compiledCode // for the commands that tests run
  process.env[homeVariable] = await openRunHome()
  const desk = await openDesk(process.env.TEST_BACKEND)
  openDesks.push(desk)
  process.env[deskVariable] = desk.url
}
