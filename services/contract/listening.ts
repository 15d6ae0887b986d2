/** Why a program cannot listen where it was told to, in words that name the port and the setting which changes it. */
import { SettingsError } from './settings.ts'

export type ListeningPlace = { host: string; port: number }
/** How the place is set: `DATARUN_PORT`, `--port`, `/intake/port`. */
export type PlaceSettings = { host: string; port: string }

/** Undefined where the error is none of listening. */
export function listeningTrouble(error: unknown, place: ListeningPlace, settings: PlaceSettings): string | undefined {
  const { code, syscall } = error as NodeJS.ErrnoException
  const { host, port } = place
  if (code === 'EADDRINUSE')
    return `Port ${port} at ${host} is in use (端口 ${port} 已被占用): end the program that listens there, or set ${settings.port} to another port.`
  if (code === 'EACCES')
    return `Port ${port} may not be opened by this user (当前用户无权使用端口 ${port}): set ${settings.port} to one above 1023.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${host} is no address of this machine (本机没有该地址): set ${settings.host} to another.`
  return syscall === 'listen' || syscall === 'bind'
    ? `Cannot listen on ${host}:${port} (${code}): set ${settings.port} or ${settings.host}.`
    : undefined
}

/** The address that `listening` resolves with. @throws SettingsError with the sentence above; any other error as it is. */
export async function explainListening<T>(listening: Promise<T>, place: ListeningPlace, settings: PlaceSettings) {
  try {
    return await listening
  } catch (error) {
    const trouble = listeningTrouble(error, place, settings)
    throw trouble === undefined ? error : new SettingsError(trouble)
  }
}
