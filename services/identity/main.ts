import { createLog } from '../contract/log.ts'
import { SettingsError } from '../contract/settings.ts'
import { startIdentity } from './server.ts'
import { readIdentitySettings } from './settings.ts'

try {
  const settings = readIdentitySettings(process.env)
  const log = createLog('identity', settings.logLevel)
  const identity = await startIdentity(settings, log, () => new Date())
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'stopping')
      void identity.close()
    })
  }
} catch (error) {
  console.error(error instanceof SettingsError ? error.message : `The issuer could not start: ${sentenceOf(error)}`)
  process.exit(1)
}

/** PostgreSQL unreachable: the system's own words say it best. */
function sentenceOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException
  return message || code || String(error)
}
