import type { paths } from '../../api-schema'
import type { Question } from './filter.ts'

type Body = NonNullable<paths['/v1/access-log/searches']['post']['requestBody']>['content']['application/json']

/** The question as the hub's API types it: a field that the API does not know does not compile. */
export const bodyOf = (question: Question) => question as Pick<Body, keyof Question>
