/** Bars as SVG: the median, with a line from the least to the greatest of the rounds, and the goal where there is one. */
import type { Figure } from './figures.ts'

const [width, rowHeight, labels, right, top] = [760, 30, 330, 80, 44]

export function barChart(title: string, figures: readonly Figure[]): string {
  const most = Math.max(...figures.flatMap(figure => [figure.high, goalOf(figure) ?? 0]))
  const x = (value: number) => labels + (value / most) * (width - labels - right)
  const height = top + figures.length * rowHeight + 12
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13">
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="12" y="24" font-size="15" font-weight="600" fill="#1f2937">${escaped(title)}</text>
${figures.map((figure, n) => row(figure, top + n * rowHeight, x)).join('\n')}
</svg>
`
}

function row(figure: Figure, y: number, x: (value: number) => number): string {
  const middle = y + rowHeight / 2
  const goal = goalOf(figure)
  const round = (value: number) => value.toFixed(1)
  return [
    `<text x="${labels - 8}" y="${middle + 4}" text-anchor="end" fill="#374151">${escaped(figure.title)}</text>`,
    `<rect x="${labels}" y="${y + 6}" width="${round(x(figure.value) - labels)}" height="${rowHeight - 12}" fill="#2563eb"/>`,
    `<path d="M${round(x(figure.low))} ${middle}H${round(x(figure.high))}" stroke="#1e3a8a" stroke-width="2"/>`,
    ...(goal === undefined
      ? []
      : [`<path d="M${round(x(goal))} ${y + 2}V${y + rowHeight - 2}" stroke="#dc2626" stroke-width="2"/>`]),
    `<text x="${round(x(figure.high) + 6)}" y="${middle + 4}" fill="#111827">${shown(figure.value)}</text>`,
  ].join('')
}

const goalOf = ({ goal }: Figure) => goal && ('atLeast' in goal ? goal.atLeast : goal.atMost)
const shown = (value: number) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2))
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
