/** Checkpoints are published in the order in which their batches were sealed, however their commits are answered. */

/** `comes` never rejects. The holder of a turn ends it, whatever became of the batch. */
export type Turn = { comes: Promise<void>; end: () => void }

export function createTurns(): { turn(): Turn } {
  let last = Promise.resolve()
  return {
    turn() {
      const comes = last
      const { promise, resolve } = Promise.withResolvers<void>()
      last = promise
      return { comes, end: resolve }
    },
  }
}
