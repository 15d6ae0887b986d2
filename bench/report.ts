/** An outcome as text. */
import { type Figure, isMet, type Outcome } from './figures.ts'

export function table({ measurement, setting, ratios, figures, details = [] }: Outcome): string {
  const told = Object.entries(setting).map(([name, value]) => `${name} ${value.toLocaleString('en')}`)
  return [`${measurement} (${told.join(', ')})`, ...ratios.map(line), '', ...[...figures, ...details].map(line)].join(
    '\n',
  )
}

const line = (figure: Figure) =>
  `${figure.title.padEnd(56)} ${number(figure.value).padStart(10)} ${figure.unit.padEnd(20)} ${spread(figure).padEnd(22)} ${goal(figure)}`.trimEnd()

const spread = ({ low, high }: Figure) => (low === high ? '' : `${number(low)} – ${number(high)}`)

export const number = (value: number) =>
  value >= 1_000 ? Math.round(value).toLocaleString('en') : value >= 100 ? value.toFixed(0) : value.toFixed(2)

function goal(figure: Figure): string {
  if (!figure.goal) return ''
  const wanted = 'atLeast' in figure.goal ? `≥ ${figure.goal.atLeast}` : `≤ ${figure.goal.atMost}`
  return `${wanted} ${isMet(figure) ? 'met' : 'NOT MET'}`
}
