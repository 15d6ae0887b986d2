import type { Hub } from '../hub.ts'
import type { Known } from './read-message.ts'

export const knownTo = ({ now, catalogue }: Hub): Known => ({
  now,
  isRegistered: system => catalogue.system(system) !== undefined,
})
