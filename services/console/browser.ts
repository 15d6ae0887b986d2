/** The console in a real browser, for its pictures and its tests. */
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

/** The shell without windows does the same in two thirds of the time. */
const known = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

export const findBrowser = (): string | undefined => known.find(existsSync)

/** @throws where no Chromium is installed. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findBrowser()
  if (!executablePath) throw new Error(`No Chromium at ${known.join(', ')}: apt-get install chromium`)
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update']
  return chromium.launch({ executablePath, args })
}

export type Look = { language: 'zh' | 'en'; phone?: boolean; dark?: boolean }

const desktop = { width: 1280, height: 860 }
const phone = { width: 390, height: 844 }

export const openContext = (browser: Browser, look: Look): Promise<BrowserContext> =>
  browser.newContext({
    viewport: look.phone ? phone : desktop,
    deviceScaleFactor: 1,
    hasTouch: look.phone ?? false,
    locale: look.language === 'zh' ? 'zh-CN' : 'en-GB',
    colorScheme: look.dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  })

/** Signs a sample person in as anyone would: by the console's button, on the lightest page there is, and the issuer's page. */
export async function signIn(page: Page, hub: string, person: string): Promise<void> {
  await page.goto(`${hub}/console/nowhere`)
  await page.locator('.tools button.strong').click()
  await page.locator(`button[value="${person}"]`).click()
  await page.waitForURL(`${hub}/console/**`)
  await page.locator('.who').waitFor()
}

/** Nothing is being loaded any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main h1').first().waitFor()
  await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' })
}
