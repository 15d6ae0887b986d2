import { describe, expect, test } from '@jest/globals'
import { failure } from '../../../../../services/contract/failure.ts'
import { draftBy } from '../../../../../services/exchange/log/append/draft.ts'

const rest = { kind: 'matter', content: { id: 'm' } } as const

describe('a draft', () => {
  test('names the caller and the department of the token, and permits what did not fail', () => {
    const caller = { id: 'tax/desk', kind: 'system', department: 'tax', roles: [] } as const
    const permitted = { ...rest, caller: 'tax/desk', department: 'tax', decision: 'permit' }
    expect(draftBy(caller, undefined, rest)).toEqual(permitted)
    expect(draftBy(caller, { id: 'what was made' }, rest)).toEqual(permitted)
  })

  test('has no department for a caller of none, and a failure’s code', () => {
    const drafted = draftBy({ id: 'ada', kind: 'person', roles: ['auditor'] }, failure('NOT_FOUND'), rest)
    expect(drafted).toStrictEqual({ ...rest, caller: 'ada', decision: 'refuse', code: 'NOT_FOUND' })
  })
})
