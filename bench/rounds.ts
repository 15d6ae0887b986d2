/** Contenders in turn, round after round: what disturbs the machine meanwhile disturbs all of them. */

export type Contenders<Run> = Record<string, () => Promise<Run>>
export type Round<Run> = Record<string, Run>

export async function runRounds<Run>(
  count: number,
  contenders: Contenders<Run>,
  told: (what: string, run: Run) => void = () => {},
): Promise<Round<Run>[]> {
  const rounds: Round<Run>[] = []
  for (let n = 0; n < count; n++) {
    const round: Round<Run> = {}
    const names = Object.keys(contenders)
    // The other way round every second time, so that nobody always comes after the same one.
    for (const name of n % 2 === 0 ? names : names.toReversed()) {
      round[name] = await contenders[name]!()
      told(`${name} ${n + 1}/${count}`, round[name]!)
    }
    rounds.push(round)
  }
  return rounds
}
