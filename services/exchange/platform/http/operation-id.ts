/**
 * Names of operations, as generated clients call them: the route's own `operationId`, else one made of method and path, which never
 * change. `GET /v1/datasets/:id/schemas` is `listDatasetSchemas`, `POST /v1/agreements/:id/grant-extension` is
 * `grantAgreementExtension`.
 */
export function operationIdOf(method: string, url: string, answersList: boolean): string {
  const segments = url.split('/').filter(segment => segment !== '' && segment !== 'v1' && segment !== '*')
  const last = segments.at(-1) ?? ''
  if (method !== 'POST') {
    const verb = method === 'GET' ? (answersList ? 'list' : 'get') : method.toLowerCase()
    return verb + nounOf(segments)
  }
  // A POST below one thing is a step of it, below a collection the making of one.
  const isStep = segments.at(-2)?.startsWith(':') && !last.endsWith('s')
  if (!isStep) return `create${singular(nounOf(segments))}`
  const [verb = '', ...rest] = last.split('-')
  return verb + nounOf(segments.slice(0, -1)) + rest.map(pascal).join('')
}

/** A collection that a parameter follows stands for one of it: `datasets/:id/schemas` is DatasetSchemas. */
function nounOf(segments: readonly string[]): string {
  const words = segments.flatMap((segment, at) => {
    if (segment.startsWith(':')) return []
    const word = segment === 'me' && at + 1 < segments.length ? 'my' : segment
    return pascal(segments[at + 1]?.startsWith(':') ? singular(word) : word)
  })
  return words.join('')
}

function singular(word: string): string {
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (/(ch|sh|x|ss)es$/.test(word)) return word.slice(0, -2)
  return /[^s]s$/.test(word) ? word.slice(0, -1) : word
}

const pascal = (word: string) => word.replaceAll(/(?:^|[-.])(\w)/g, (_, letter: string) => letter.toUpperCase())
