/** Departments that were given fields of a dataset, or had them verified, as the access log tells it. A fold; rules only. */
import type { LoggedPull } from '../../log/reading/pull-entry.ts'

/** `pulls`: results in which the field was given or verified; `latest`: the newest of them. */
export type Use = { department: string; field: string; pulls: number; latest: Date }

/** Counts permitted pulls of a dataset until there are `most`. Callers of no department are left out. */
export function openUses(dataset: string, most: number) {
  const uses = new Map<string, Use>()
  let taken = 0
  return {
    isFull: () => taken >= most,
    take(pull: LoggedPull): void {
      if (pull.decision !== 'permit' || pull.department === '' || !pull.datasets.includes(dataset)) return
      if (taken >= most) return
      taken += 1
      for (const { fields = [], claims = [], ...result } of pull.results) {
        if (result.dataset === dataset) for (const field of [...fields, ...claims]) countUse(uses, pull, field)
      }
    },
    /** By department and field. */
    uses: (): Use[] =>
      [...uses].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)).map(([, use]) => use),
  }
}

function countUse(uses: Map<string, Use>, { department, at }: LoggedPull, field: string): void {
  const key = JSON.stringify([department, field])
  const use = uses.get(key) ?? { department, field, pulls: 0, latest: at }
  uses.set(key, use)
  use.pulls += 1
  if (at > use.latest) use.latest = at
}
