import { Refused } from '../hub.ts'

/** Parses what a person typed. @throws Refused where it is no JSON object */
export function parseJson(text: string): Record<string, never> {
  const refuse = (detail: string) =>
    new Refused({
      code: 'BODY_NOT_JSON',
      title: 'This is not a JSON object.',
      titleZh: '不是合法的 JSON 对象。',
      detail,
    })
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, never>
  } catch (error) {
    throw refuse((error as Error).message)
  }
  throw refuse('It must begin with { and end with }.')
}
