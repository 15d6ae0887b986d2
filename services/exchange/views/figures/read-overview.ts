/** The hub at a glance: what anyone may see of it. */

import Type, { type Static } from 'typebox'
import { cityDayOf } from '../../../contract/city-time.ts'
import { bilingual, closed } from '../../../contract/shapes.ts'
import { listDepartments } from '../../law/catalogue/department-store.ts'
import type { Metrics } from '../../platform/metrics.ts'
import { medianOf } from './median.ts'
import type { FiguresNeeds } from './needs.ts'
import { readFlows, readFreshness, readPapers } from './overview-store.ts'

const count = Type.Integer({ minimum: 0 })

export const overviewSchema = Type.Object(
  {
    at: Type.String({ format: 'date-time' }),
    departments: Type.Array(Type.Object({ id: Type.String(), title: bilingual }, closed)),
    flows: Type.Array(
      Type.Object({ from: Type.String(), to: Type.String(), permits: count, refusals: count }, closed),
      { description: 'Who gave whom how many answers today' },
    ),
    papers: Type.Object(
      {
        today: count,
        total: count,
        matters: Type.Array(
          Type.Object({ matter: Type.String(), title: bilingual, today: count, total: count }, closed),
        ),
      },
      { ...closed, description: 'Papers that nobody had to carry, counted as GET /v1/ledger counts `met`' },
    ),
    medianSeconds: Type.Optional(
      Type.Number({ description: 'From a pull’s arrival to its answer, in this process since its start' }),
    ),
    datasets: Type.Array(
      Type.Object(
        {
          dataset: Type.String(),
          title: bilingual,
          department: Type.String(),
          taken: Type.Integer({ description: 'Messages taken in' }),
          freshAt: Type.Optional(Type.String({ format: 'date-time', description: 'When the last one was' })),
          lag: Type.Optional(
            Type.Integer({ description: 'Messages waiting on the topic, as far as this process knows' }),
          ),
        },
        closed,
      ),
    ),
  },
  { ...closed, $id: 'Overview', title: 'Overview' },
)
export type Overview = Static<typeof overviewSchema>

const outsideMatters = { zh: '其他事项', en: 'Other services' }

export async function readOverview(needs: FiguresNeeds): Promise<Overview> {
  const now = needs.now()
  const today = cityDayOf(now)
  const [departments, flows, papers, freshness, medianSeconds, lags] = await Promise.all([
    listDepartments(needs.pool),
    readFlows(needs.pool, today),
    readPapers(needs.pool, today),
    readFreshness(needs.pool),
    medianSecondsOf(needs.metrics),
    lagsOf(needs.metrics),
  ])
  const matters = papers.map(row => ({ ...row, title: needs.catalogue.matter(row.matter)?.title ?? outsideMatters }))
  return {
    at: now.toISOString(),
    departments: departments.map(({ id, title }) => ({ id, title })),
    flows: flows.map(({ source: from, department: to, ...figures }) => ({ from, to, ...figures })),
    papers: { today: sum(papers, row => row.today), total: sum(papers, row => row.total), matters },
    ...(medianSeconds !== undefined && { medianSeconds }),
    datasets: freshness.flatMap(({ dataset: id, taken, movedAt }) => {
      const dataset = needs.catalogue.dataset(id)
      if (!dataset) return []
      const lag = lags.get(id)
      const known = { ...(movedAt && { freshAt: movedAt.toISOString() }), ...(lag !== undefined && { lag }) }
      return { dataset: id, title: dataset.title, department: dataset.department, taken, ...known }
    }),
  }
}

const sum = <T>(rows: readonly T[], figure: (row: T) => number) => rows.reduce((total, row) => total + figure(row), 0)

async function medianSecondsOf({ pullSeconds }: Metrics): Promise<number | undefined> {
  const { values } = await pullSeconds.get()
  const buckets = values
    .filter(({ metricName }) => metricName?.endsWith('_bucket'))
    .map(({ labels, value }) => ({
      le: labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le),
      count: value,
    }))
  return medianOf(buckets)
}

async function lagsOf({ ingestLag }: Metrics): Promise<Map<string, number>> {
  const { values } = await ingestLag.get()
  const lags = new Map<string, number>()
  for (const { labels, value } of values) {
    const dataset = String(labels.dataset)
    lags.set(dataset, (lags.get(dataset) ?? 0) + Math.max(0, value))
  }
  return lags
}
