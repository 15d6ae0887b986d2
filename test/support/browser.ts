/** A browser for tests of the console: notes whatever a page complains of, and looks at it as axe does. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { findBrowser, type Look, openBrowser, openContext, settled, signIn } from '../../services/console/browser.ts'
import { lazily } from './lazily.ts'

const run = promisify(execFile)
const axeCode = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** One browser per test file; Debian's Chromium is installed where it is missing and we may. */
export const testBrowser: () => Promise<Browser> = lazily(async () => {
  if (!findBrowser() && process.getuid?.() === 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update', '-qq'], { env })
    const install = (browser: string) =>
      run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', browser, 'fonts-noto-cjk'], { env })
    await install('chromium-headless-shell').catch(() => install('chromium'))
  }
  return openBrowser()
})

export type Visit = {
  page: Page
  /** Errors that the browser wrote to its console: failed scripts, violations of the Content-Security-Policy. */
  complaints: string[]
  open(path: string): Promise<void>
  close(): Promise<void>
}

/** That the hub refused something, or cannot now, is for the page to show, and no fault of it. */
const refusal = /^Failed to load resource: the server responded with a status of (4\d\d|503)/

export async function visit(hub: string, look: Look & { person?: string }): Promise<Visit> {
  const context = await openContext(await testBrowser(), look)
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const complaints: string[] = []
  page.on('console', message => {
    if (message.type() === 'error' && !refusal.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(error.message))
  if (look.person) await signIn(page, hub, look.person)
  return {
    page,
    complaints,
    open: async path => {
      await page.goto(`${hub}/console${path}`)
      await settled(page)
    },
    close: () => context.close(),
  }
}

type Axe = {
  run(options: object): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>
}

/**
 * WCAG 2.2 A and AA as far as a machine can tell: what is wrong, one line for each kind. The lines are made in the page: all
 * that axe found right as well would be a hundred times as much to bring over.
 */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(`${axeCode}; undefined`)
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe }
    const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const { violations } = await axe.run({ runOnly, resultTypes: ['violations'] })
    return violations.map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes.map(({ html }) => html).join(' | ')}`)
  })
}

/** How many pixels a page is wider than its window: what a phone would have to scroll sideways. */
export const overhang = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
