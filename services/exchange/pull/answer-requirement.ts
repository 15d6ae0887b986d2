/** Outcome of one requirement: met, held already, not needed, a question, or a paper to be carried, and why. */

import { factsOf } from '../law/catalogue/condition.ts'
import type { RefusalCode } from '../law/decision/refusal.ts'
import { hasFailed } from './next-reads.ts'
import { type EvidenceSet, isLawful, obstacleTo } from './plan/evidence.ts'
import { byEase, type PaperReason, wayOutOf } from './plan/paper.ts'
import type { Need, Progress } from './progress.ts'
import { isHeld, proofsIn } from './proof.ts'
import type { Question, RequirementAnswer } from './pull-answer.ts'

export function answerRequirement(progress: Progress, need: Need, silent: ReadonlySet<string>): RequirementAnswer {
  const { id, title } = need.requirement!
  const plain = { id, title, datasets: [] }
  if (need.standing === 'not-needed') return { ...plain, outcome: 'not-needed' }
  const set = need.tried.at(-1)
  if (set && !hasFailed(progress, need, set)) return { ...plain, datasets: [...set], ...answerMet(progress, need, set) }
  const question = openQuestion(progress, need)
  if (question) return { ...plain, outcome: 'ask', question }
  return { ...plain, ...answerPaper(progress, need, silent) }
}

function answerMet(progress: Progress, need: Need, set: EvidenceSet): Pick<RequirementAnswer, 'outcome' | 'question'> {
  const proofs = set.map(dataset => ({ dataset, records: proofsIn(progress, need, dataset) }))
  const several = proofs.filter(({ records }) => need.requirement!.single && records.length > 1)
  if (several.length > 0) {
    const choices = several.flatMap(({ dataset, records }) =>
      records.map(({ key, sequence: version, status }) => {
        return { requirement: need.requirement!.id, dataset, key, version, status }
      }),
    )
    return { outcome: 'ask', question: { about: 'record', choices } }
  }
  const held = proofs.every(({ dataset, records }) => records.every(isHeld(progress.request, dataset)))
  return { outcome: held ? 'held' : 'met' }
}

/** Facts to be known before anything is read for this requirement. */
function openQuestion({ matter, decisions }: Progress, need: Need): Question | undefined {
  if (need.standing === 'unclear') {
    return { about: 'facts', facts: (matter ? factsOf(matter) : []).filter(({ id }) => need.facts.includes(id)) }
  }
  if (need.standing !== 'choose') return undefined
  const lawful = need.sets.filter(set => isLawful(set, dataset => decisions.get(dataset)))
  const requirement = need.requirement!.id
  return { about: 'evidence', choices: lawful.map(datasets => ({ requirement, datasets: [...datasets] })) }
}

type Paper = { set: EvidenceSet; reason: PaperReason; code?: RefusalCode }

const noSource: Paper = { set: [], reason: 'no-source' }

/** The reason that is easiest to mend speaks for the requirement; what was searched in vain comes before what was refused. */
function answerPaper(progress: Progress, need: Need, silent: ReadonlySet<string>) {
  const papers = need.sets.map(set => paperOf(progress, set, silent))
  const inOrder = need.tried.map(set => papers[need.sets.indexOf(set)]!)
  const searched = inOrder.find(({ code }) => code === undefined)
  const chief = searched ?? papers.toSorted((one, other) => byEase(one.reason, other.reason))[0] ?? noSource
  const alternatives = papers.filter(paper => paper !== chief).map(toldOf)
  return {
    outcome: chief.code ? ('refused' as const) : ('not-found' as const),
    ...toldOf(chief),
    ...(alternatives.length > 0 && { alternatives }),
  }
}

const toldOf = ({ set, reason, code }: Paper) => ({
  datasets: [...set],
  reason,
  ...(code && { code }),
  wayOut: wayOutOf(reason, code),
})

function paperOf({ decisions, found }: Progress, set: EvidenceSet, silent: ReadonlySet<string>): Paper {
  const obstacle = obstacleTo(set, dataset => decisions.get(dataset))
  if (obstacle) return { set, ...obstacle }
  const empty = set.filter(dataset => found.has(dataset))
  return { set, reason: empty.some(dataset => silent.has(dataset)) ? 'unavailable' : 'not-found' }
}
