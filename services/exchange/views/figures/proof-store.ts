/** The rule of proof.ts as SQL over the log's entries. */
import { metOutcomes } from './proof.ts'

/** SQL over the columns of an entry and its `content`: the text that makes a proof the same as another. */
const identity = `json_build_array(department, matter, case_number, case when case_number is null then reference end,
  content #>> '{subject,type}', content #>> '{subject,id}', requirement ->> 'id')::text`

/** SQL: every proof that pulls asked for, with the index of the pull; `condition` chooses among the log's entries. */
export const proofsAsked = (condition: string) => `
select index, (at at time zone 'Asia/Shanghai')::date as day, department, matter, content ->> 'district' as district,
  requirement, ${identity} as proof
from (
  select *, entry::json -> 'content' as content from access_log_entry
  where kind = 'pull' and matter is not null and ${condition}
) as pull cross join lateral json_array_elements(content -> 'requirements') as requirement`

/** SQL over `requirement`. */
export const wasMet = `(requirement ->> 'outcome' in (${metOutcomes.map(outcome => `'${outcome}'`).join(', ')}))`
