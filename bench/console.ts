/** The console in Chromium, on a stack with the sample catalogue: what the first load weighs, and when a page can be used. */
import type { Browser, Page } from 'playwright-core'
import { openBrowser, openContext, signIn } from '../services/console/browser.ts'
import { stewardOf } from '../services/local/story/people.ts'
import { type Figure, figureOf, type Outcome } from './figures.ts'
import type { BenchOptions } from './options.ts'
import { residentId } from './stand/residents.ts'
import { openStand, type Stand } from './stand/stand.ts'

/** Milliseconds from the start of the navigation; kilobytes as they came over the wire, headers included. */
type Visit = { usable: number; weight: number }

const mostInteractive = 2_000
const mostLoaded = 500

export async function measureConsole({ rounds, say }: BenchOptions): Promise<Outcome> {
  // Builds the console where it is not built yet.
  await import('../services/console/build.ts')
  const stand = await openStand()
  const browser = await openBrowser()
  try {
    const { hub } = stand.stack
    await askOnce(stand)
    const [first, again, dataset]: Visit[][] = [[], [], []]
    for (let round = 0; round < rounds; round++) {
      const page = await newPage(browser)
      first!.push(await visit(page, `${hub}/console/`))
      again!.push(await visit(page, `${hub}/console/`))
      await signIn(page, hub, stewardOf('civil-affairs'))
      dataset!.push(await visit(page, `${hub}/console/catalogue/civil-affairs.marriage-certificate`))
      await page.context().close()
      say(`round ${round + 1}: first ${first!.at(-1)!.usable.toFixed(0)} ms, ${first!.at(-1)!.weight.toFixed(0)} kB`)
    }
    return {
      measurement: 'console',
      setting: { browser: `Chromium ${browser.version()}`, rounds },
      ratios: [],
      figures: [
        usable('first', 'start page, nothing cached: usable after', first!),
        usable('again', 'start page, again: usable after', again!),
        usable('dataset', 'a steward’s dataset, first time: usable after', dataset!),
        weight('first-load', 'start page with its chart, nothing cached: loaded', first!),
      ],
    }
  } finally {
    await browser.close()
    await stand.close()
  }
}

/** So that there is a flow to draw. */
async function askOnce({ stack, tokenOf }: Stand): Promise<void> {
  const token = await tokenOf('natural-resources/title-office')
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const matter = 'real-estate-transfer'
  const subject = { type: 'person', id: residentId(1) }
  const body = JSON.stringify({ matter, subject, purpose: matter, case: 'B', official: 'u-1' })
  const response = await fetch(`${stack.hub}/v1/pulls`, { method: 'POST', headers, body })
  if (!response.ok) throw new Error(`the pull was answered ${response.status}`)
}

const newPage = async (browser: Browser) => (await openContext(browser, { language: 'en' })).newPage()

/** Usable: what the page is about is shown, and a press on a button of it has its effect. */
async function visit(page: Page, address: string): Promise<Visit> {
  const sizes: Promise<number>[] = []
  page.on('requestfinished', request =>
    sizes.push(
      request.sizes().then(({ responseBodySize, responseHeadersSize }) => responseBodySize + responseHeadersSize),
    ),
  )
  await page.goto(address, { waitUntil: 'commit' })
  await page.locator('main .figure, main .el-tabs').first().waitFor()
  const language = await page.locator('html').getAttribute('lang')
  await page.locator('.tools button').first().click()
  await page.locator(`html:not([lang="${language}"])`).waitFor({ state: 'attached' })
  const usable = await page.evaluate(() => performance.now())
  await page.waitForLoadState('load')
  await page.locator('main canvas, main .el-tabs').first().waitFor()
  page.removeAllListeners('requestfinished')
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  return { usable, weight: bytes / 1_000 }
}

const usable = (name: string, title: string, visits: readonly Visit[]): Figure =>
  figureOf(
    { name: `console.${name}`, title, unit: 'ms', goal: { atMost: mostInteractive } },
    visits.map(one => one.usable),
  )

const weight = (name: string, title: string, visits: readonly Visit[]): Figure =>
  figureOf(
    { name: `console.${name}`, title, unit: 'kB', goal: { atMost: mostLoaded } },
    visits.map(one => one.weight),
  )
