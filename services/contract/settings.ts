/**
 * Settings of a process: read once from the environment, checked, frozen. Every process has one `settings.ts` that
 * declares its settings with these words; `process.env` is read in `main.ts` alone.
 */
export type Environment = Record<string, string | undefined>

export type Read<T> = { help: string; secret?: boolean; fallback?: T; parse: (text: string) => T | Complaint }
export type Complaint = { complaint: string }
export type Declarations = Record<string, Read<unknown>>
export type SettingsOf<D extends Declarations> = { readonly [K in keyof D]: D[K] extends Read<infer T> ? T : never }

const complain = (complaint: string): Complaint => ({ complaint })
const isComplaint = (value: unknown): value is Complaint =>
  typeof value === 'object' && value !== null && 'complaint' in value

export const text = (help: string, fallback?: string): Read<string> => ({ help, fallback, parse: value => value })
export const secret = (help: string): Read<string> => ({ help, secret: true, parse: value => value })
export const list = (help: string, fallback?: string[]): Read<string[]> => ({
  help,
  fallback,
  parse: value =>
    value
      .split(',')
      .map(item => item.trim())
      .filter(Boolean),
})
export const flag = (help: string, fallback: boolean): Read<boolean> => ({
  help,
  fallback,
  parse: value => (value === 'true' ? true : value === 'false' ? false : complain('must be true or false')),
})
export const whole = (help: string, range: { min: number; max: number }, fallback?: number): Read<number> => ({
  help,
  fallback,
  parse: value => {
    const number = Number(value)
    const fits = /^\d+$/.test(value) && number >= range.min && number <= range.max
    return fits ? number : complain(`must be a whole number from ${range.min} to ${range.max}`)
  },
})
export const url = (help: string, fallback?: string): Read<string> => ({
  help,
  fallback,
  parse: value => (URL.canParse(value) ? value : complain('must be an absolute URL')),
})
/** Any other kind of value: `parse` answers with it or with `{ complaint }`, which ends the start. */
export const parsed = <T>(help: string, parse: (text: string) => T | Complaint): Read<T> => ({ help, parse })
/** May be absent; absent reads as the empty string. */
export const optional = (read: Read<string>): Read<string> => ({ ...read, fallback: '' })

/** `{ databaseUrl }` is read from `DATARUN_DATABASE_URL`. */
export const variableOf = (name: string) => `DATARUN_${name.replaceAll(/[A-Z]/g, c => `_${c}`).toUpperCase()}`

/** `message` names every setting that is missing or malformed, a line each, and never the value of a secret. */
export class SettingsError extends Error {}

/** @throws SettingsError naming every missing or malformed variable at once; values of secrets are never repeated. */
export function readSettings<D extends Declarations>(declarations: D, environment: Environment): SettingsOf<D> {
  const settings: Record<string, unknown> = {}
  const complaints: string[] = []
  for (const [name, read] of Object.entries(declarations)) {
    const found = environment[variableOf(name)]
    const value = found === undefined || found === '' ? read.fallback : read.parse(found)
    if (value === undefined) complaints.push(`${variableOf(name)} is missing: ${read.help}`)
    else if (isComplaint(value)) complaints.push(`${variableOf(name)} ${value.complaint}: ${read.help}`)
    else settings[name] = value
  }
  if (complaints.length > 0) throw new SettingsError(`Settings are not usable:\n  ${complaints.join('\n  ')}`)
  return Object.freeze(settings) as SettingsOf<D>
}
