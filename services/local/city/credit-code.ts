/** Credit codes of the sample city, made up with valid check characters. */
import { organisationCodeCheck } from '../../contract/formats/organisation-code.ts'
import { usccCheck } from '../../contract/formats/uscc.ts'

/** `head`: registering department, category and region; `body`: the first eight characters of the organisation code. */
export function usccOf(head: string, body: string): string {
  const code = head + body + organisationCodeCheck(body)
  return code + usccCheck(code)
}
