/**
 * A batch in which a member may fail: only the culprits lose their answers. Those that an error names leave at once; where it
 * names nobody the batch is halved. So one culprit among n costs 2 log₂ n transactions more, and never one for each member.
 */
export type Settled<Out> = { answer: Out } | { error: unknown; whose: 'own' | 'everybody' }

/**
 * The fault of an error: the surroundings' (nothing is run again), some unknown member's, or that of members by name, with
 * what went wrong for each.
 */
export type Blame<In> = 'everybody' | 'somebody' | ReadonlyMap<In, unknown>

export type SettleOptions<In, Out> = {
  /** Answers all, in order, or rejects and has done nothing. */
  run: (batch: readonly In[]) => Promise<Out[]>
  blame: (error: unknown) => Blame<In>
}

/** The outcome of each, in order; rejects never. */
export async function settle<In, Out>(batch: readonly In[], options: SettleOptions<In, Out>): Promise<Settled<Out>[]> {
  try {
    return (await options.run(batch)).map(answer => ({ answer }))
  } catch (error) {
    const blamed = options.blame(error)
    if (blamed === 'everybody') return batch.map(() => ({ error, whose: 'everybody' }))
    if (blamed !== 'somebody' && batch.some(item => blamed.has(item))) return withoutThe(blamed, batch, options)
    if (batch.length === 1) return [{ error, whose: 'own' }]
    const middle = Math.ceil(batch.length / 2)
    return [...(await settle(batch.slice(0, middle), options)), ...(await settle(batch.slice(middle), options))]
  }
}

async function withoutThe<In, Out>(
  culprits: ReadonlyMap<In, unknown>,
  batch: readonly In[],
  options: SettleOptions<In, Out>,
): Promise<Settled<Out>[]> {
  const others = batch.filter(item => !culprits.has(item))
  const settled = (others.length > 0 ? await settle(others, options) : []).values()
  return batch.map(item => (culprits.has(item) ? { error: culprits.get(item), whose: 'own' } : settled.next().value!))
}
