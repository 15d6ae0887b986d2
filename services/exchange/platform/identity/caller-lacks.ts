/** Refusals of callers whose token does not name what an act needs. */
import { failure, inWords } from '../../../contract/failure.ts'

export const noSubject = failure('NOT_ALLOWED', inWords('The token names no subject.', '该令牌未载明主体。'))
export const noDepartment = failure('NOT_ALLOWED', inWords('The token names no department.', '该令牌未载明部门。'))
