import { language, say } from '../../i18n.ts'
import type { ChartOption } from '../../parts/echarts.ts'
import { dark } from '../../theme.ts'
import type { Overview } from './use-overview.ts'

/** Below it, labels need the room that a larger circle would take. */
const narrow = 600

/** Who gave whom how many answers today, as a chord diagram: a ribbon is a pair of departments. */
export function flowChart({ departments, flows }: Overview): ChartOption {
  const isNarrow = window.innerWidth < narrow
  const taking = new Set(flows.flatMap(({ from, to }) => [from, to]))
  const shown = departments.filter(({ id }) => taking.has(id))
  const nameOf = new Map(shown.map(({ id, title }) => [id, shortName(say(title))]))
  return {
    backgroundColor: 'transparent',
    animationDuration: 600,
    // Not as HTML: its inline styles would offend the Content-Security-Policy.
    tooltip: { renderMode: 'richText', confine: true },
    series: [
      {
        type: 'chord',
        radius: isNarrow ? ['40%', '46%'] : ['60%', '66%'],
        padAngle: 3,
        clockwise: true,
        label: {
          show: true,
          fontSize: 12,
          overflow: 'break',
          width: isNarrow ? 68 : 96,
          color: dark.value ? '#cfd8e0' : '#364350',
        },
        lineStyle: { color: 'gradient', opacity: 0.45 },
        data: shown.map(({ id }) => ({ name: nameOf.get(id) })),
        links: flows
          .filter(({ permits }) => permits > 0)
          .map(({ from, to, permits }) => ({ source: nameOf.get(from), target: nameOf.get(to), value: permits })),
      },
    ],
  }
}

/** All are the city's own: its name is left out where space is short. */
const shortName = (title: string): string =>
  language.value === 'zh' ? title.replace(/^上海市/, '') : title.replace(/^Shanghai (Municipal )?/, '')
