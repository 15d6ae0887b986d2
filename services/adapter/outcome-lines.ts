/** The outcome of a run as lines to print. */
import { kindOf } from '../contract/failure.ts'
import type { RunOutcome } from './run.ts'

type Output = { write: (text: string) => unknown }

/** Standard output has the JSON alone, also of a run that could not begin; all that is said besides goes to standard error. */
export function showOutcome(
  { states, failures }: RunOutcome,
  { json, out, err }: { json: boolean; out: Output; err: Output },
): void {
  for (const { failure, detail, detailZh, violations } of failures) {
    const said = [detail ?? `${failure}: ${kindOf(failure).en}`, ...(detailZh ? [detailZh] : [])]
    err.write(`${(violations?.map(({ message }) => message) ?? said).join('\n')}\n`)
  }
  if (!json) return
  const files = states.map(({ dataset, state }) => ({
    dataset,
    ...state,
    published: state.state === 'unchanged' ? 0 : state.rows - state.refused,
  }))
  out.write(`${JSON.stringify({ files, failures })}\n`)
}
