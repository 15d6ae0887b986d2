/** The log entry of a consent: the step, and whom it concerns. Fields are named, the notice is not repeated. */
import type { JsonObject } from '../../../contract/canonical-json.ts'
import { type Failure, isFailure } from '../../../contract/failure.ts'
import { distinctSubjects, type Subject } from '../../../contract/subject.ts'
import type { Draft } from '../../log/append/access-log.ts'
import { draftBy } from '../../log/append/draft.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import type { Consent } from './consent.ts'

/** `standing` is the consent as it was, for an attempt that was refused to somebody who may know of it. */
export function draftOf(
  caller: Caller,
  { content, datasets }: { content: JsonObject; datasets: readonly string[] },
  outcome: Consent | Failure,
  standing?: Consent,
): Draft {
  const consent = isFailure(outcome) ? standing : outcome
  return draftBy(caller, outcome, {
    kind: 'consent',
    content: { ...(consent && contentOf(consent)), ...content },
    ...(consent && { about: aboutOf(consent) }),
    datasets,
  })
}

function contentOf(consent: Consent): JsonObject {
  const { id, department, purpose, datasets, artefact, state, version, validUntil } = consent
  return {
    consent: id,
    state,
    version,
    department,
    purpose,
    datasets,
    validUntil: validUntil.toISOString(),
    ...(artefact.collection && { collection: artefact.collection.method }),
  }
}

function aboutOf({ subject, artefact: { givenBy } }: Consent): Subject[] {
  return distinctSubjects(givenBy ? [subject, givenBy] : [subject])
}
