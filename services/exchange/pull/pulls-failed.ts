/** Errors that name the culprits of a batch, so that nobody else is asked again more than once. */
import type { Pull } from './pull.ts'

/** Some pulls of a batch cannot be answered, each for its own cause; nothing was done for any. */
export class PullsFailed extends Error {
  readonly causes: ReadonlyMap<Pull, unknown>
  constructor(causes: ReadonlyMap<Pull, unknown>) {
    super(`${causes.size} pulls of a batch cannot be answered`, { cause: causes.values().next().value })
    this.causes = causes
  }
}

/** The rights that a pull was checked by have changed since; what is in memory is new enough by now, and it is to be checked again. */
export class CheckOutdated extends Error {}

/** As `map`, but what fails is told by its pull, all of it at once. */
export function eachOf<In extends { pull: Pull }, Out>(items: readonly In[], work: (item: In) => Out): Out[] {
  const causes = new Map<Pull, unknown>()
  const done = items.flatMap(item => {
    try {
      return [work(item)]
    } catch (cause) {
      causes.set(item.pull, cause)
      return []
    }
  })
  if (causes.size > 0) throw new PullsFailed(causes)
  return done
}
