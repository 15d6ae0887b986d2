/** Faults of a log, each naming the first wrong index. */
export type Finding = {
  problem:
    | 'checkpoint-untrusted'
    | 'shorter-than-checkpoint'
    | 'entries-missing'
    | 'entry-changed'
    | 'entry-misplaced'
    | 'tile-wrong'
    | 'history-rewritten'
    | 'root-wrong'
  index: number
  /** Where the fault can only be narrowed down: the wrong entry is one of `index` to `through`. */
  through?: number
  detail: string
}

export const isFinding = (outcome: object): outcome is Finding => 'problem' in outcome
