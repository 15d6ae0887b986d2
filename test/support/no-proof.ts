import { failure } from '../../services/contract/failure.ts'
import type { CheckProof } from '../../services/exchange/platform/identity/proof.ts'

/** For doors whose callers have tokens that are bound to nothing. */
export const noProof: CheckProof = async () => failure('PROOF_INVALID')
