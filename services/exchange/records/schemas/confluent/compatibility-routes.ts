import Type from 'typebox'
import { isFailure } from '../../../../contract/failure.ts'
import type { Checked } from '../../../../schema-compatibility/check.ts'
import type { Mode } from '../../../../schema-compatibility/mode.ts'
import { refuse } from '../../../platform/http/problem.ts'
import type { Plugin } from '../../../platform/http/server.ts'
import { type Candidate, checkVersion } from '../check-version.ts'
import type { SchemaNeeds } from '../needs.ts'
import { readSetting } from '../setting-store.ts'
import type { StandingVersion } from '../standing-store.ts'
import { readCandidate, schemaBody } from './body.ts'
import { isConfluentError, say } from './error.ts'
import { pickVersion, standingOf } from './find-subject.ts'
import { query } from './query.ts'
import { registering } from './rights.ts'

/** Would a schema be taken? Against one version, or against those that the subject's mode asks for. */
export const compatibilityRoutes =
  (needs: SchemaNeeds): Plugin =>
  async app => {
    app.post(
      '/compatibility/subjects/:subject/versions/:version',
      {
        ...registering,
        schema: {
          hide: true,
          params: Type.Object({ subject: Type.String(), version: Type.String() }),
          querystring: query,
          body: schemaBody,
        },
      },
      async (request, reply) => {
        const standing = await standingOf(needs, request.params.subject)
        if (isConfluentError(standing)) return say(reply, standing)
        const found = pickVersion(standing.versions, request.params.version)
        if (isConfluentError(found)) return say(reply, found)
        const candidate = await readCandidate(needs, standing.dataset, request.body)
        if (isConfluentError(candidate)) return say(reply, candidate)
        const checked = await check(needs, candidate, [found])
        return isFailure(checked) ? refuse(reply, checked) : answerOf(checked.checked, request.query.verbose)
      },
    )

    app.post(
      '/compatibility/subjects/:subject/versions',
      {
        ...registering,
        schema: {
          hide: true,
          params: Type.Object({ subject: Type.String() }),
          querystring: query,
          body: schemaBody,
        },
      },
      async (request, reply) => {
        const standing = await standingOf(needs, request.params.subject)
        if (isConfluentError(standing)) return say(reply, standing)
        const candidate = await readCandidate(needs, standing.dataset, request.body)
        if (isConfluentError(candidate)) return say(reply, candidate)
        const checked = await check(needs, candidate, standing.versions)
        return isFailure(checked) ? refuse(reply, checked) : answerOf(checked.checked, request.query.verbose)
      },
    )
  }

async function check(needs: SchemaNeeds, candidate: Candidate, versions: StandingVersion[]) {
  const { compatibility, profile } = await readSetting(needs.pool, candidate.dataset)
  const mode = versions.length === 1 ? (compatibility.replace('_TRANSITIVE', '') as Mode) : compatibility
  return checkVersion(needs, candidate, { compatibility: mode, profile }, { versions })
}

function answerOf({ verdict, comparisons }: Checked, verbose = false) {
  if (!verbose) return { is_compatible: verdict === 'compatible' }
  const messages = comparisons.flatMap(({ version, direction, differences, verdict: own }) => {
    const worse = differences.filter(({ effect }) => effect !== 'none')
    const said = worse.map(
      ({ type, effect, newPointer, en, counterExample }) =>
        `${type.toUpperCase()} at ${newPointer || '/'} (${direction}, version ${version}, ${effect}): ${en}` +
        (counterExample ? ` Shown by ${JSON.stringify(counterExample.record).slice(0, 500)}` : ''),
    )
    return said.length === 0 && own === 'undecided' ? [`Version ${version}: cannot be told, so it is refused.`] : said
  })
  return { is_compatible: verdict === 'compatible', messages }
}
