import type { Hub } from '../hub.ts'
import type { Known } from './read-message.ts'

export const knownTo = ({ now, catalogue }: Hub): Known => ({
  now,
  publisher: id => {
    const system = catalogue.system(id)
    if (!system) return 'unknown'
    if (!system.active) return 'inactive'
    return system.rights.includes('publish') ? 'may' : 'without-right'
  },
  exceptions: catalogue.exceptions,
})
