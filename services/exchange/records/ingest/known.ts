import { type IncomingMessage, readSource } from '../../../contract/envelope.ts'
import type { IngestNeeds } from './needs.ts'
import type { Known } from './read-message.ts'

export const knownTo = ({ now, catalogue }: Pick<IngestNeeds, 'now' | 'catalogue'>): Known => ({
  now,
  publisher: id => {
    const system = catalogue.system(id)
    if (!system) return 'unknown'
    if (!system.active) return 'inactive'
    return system.rights.includes('publish') ? 'may' : 'without-right'
  },
  exceptions: catalogue.exceptions,
})

/** A system may have got its right a moment ago, by another process: the catalogue is read again before its records are refused. */
export async function hearOf(
  needs: Pick<IngestNeeds, 'now' | 'catalogue'>,
  messages: readonly IncomingMessage[],
): Promise<void> {
  const { publisher } = knownTo(needs)
  const isRefused = ({ headers }: IncomingMessage) => {
    const system = readSource(String(headers.ce_source ?? ''))
    return system && publisher(system) !== 'may'
  }
  if (messages.some(isRefused)) await needs.catalogue.refresh()
}
