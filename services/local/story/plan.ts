/** The plan of a matter, shown before a department asks: the datasets it may ask for, with its alternatives. */
import type { City } from './city.ts'
import type { Teller } from './tell.ts'

type Set = { standing: string; chosen: boolean; datasets: { dataset: string }[] }
export type Plan = { requirements: { title: { zh: string; en: string }; standing: string; sets: Set[] }[] }

export const readPlan = async (city: City, system: string, matter: string): Promise<Plan> =>
  (await city.as(system)).must<Plan>('GET', `/v1/matters/${matter}/plan`)

/** One line for each requirement; `or` between evidence sets, `and` inside one. */
export function tellPlan({ say }: Teller, { requirements }: Plan): void {
  say('  The plan, without any data: what the office may ask for now')
  for (const { title, standing, sets } of requirements) {
    const evidence = sets.map(({ datasets }) => datasets.map(({ dataset }) => dataset).join(' and ')).join('  or  ')
    say(`    ${title.zh} ${title.en}: ${evidence || 'paper only'} (${standing})`)
  }
  say()
}
