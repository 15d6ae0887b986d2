/** How strictly a dataset's schema may evolve: what its steward chose, else its catalogue entry, else the hub's default. */
import { type Mode, modes } from '../../../schema-compatibility/mode.ts'
import { type Profile, profiles } from '../../../schema-compatibility/profiles.ts'

/** Whether versions may be added; as the Confluent API names it. */
export const writingModes = ['READWRITE', 'READONLY'] as const
export type WritingMode = (typeof writingModes)[number]

export type Setting = { compatibility: Mode; profile: Profile; mode: WritingMode }
/** Statements of one level; the hub's own level has the empty dataset id. */
export type StatedSetting = { [K in keyof Setting]: Setting[K] | null }

export const hubLevel = ''
export const nothingStated: StatedSetting = { compatibility: null, profile: null, mode: null }
const defaults: Setting = { compatibility: 'BACKWARD', profile: 'strict', mode: 'READWRITE' }

export const isMode = (text: unknown): text is Mode => modes.includes(text as Mode)
export const isProfile = (text: unknown): text is Profile => profiles.includes(text as Profile)
export const isWritingMode = (text: unknown): text is WritingMode => writingModes.includes(text as WritingMode)

/** `catalogued` is the mode that the catalogue entry of the dataset names, if any. */
export function effectiveSetting(own: StatedSetting, hub: StatedSetting, catalogued?: string): Setting {
  const entry = isMode(catalogued) ? catalogued : null
  return {
    compatibility: own.compatibility ?? entry ?? hub.compatibility ?? defaults.compatibility,
    profile: own.profile ?? hub.profile ?? defaults.profile,
    mode: own.mode ?? hub.mode ?? defaults.mode,
  }
}
