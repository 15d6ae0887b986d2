/**
 * Pictures of the console for the documentation, from a hub that runs with the sample city in it:
 * `node services/console/screenshots.ts http://127.0.0.1:8080`. The hub's address is what `npm start` prints.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { type Look, openBrowser, openContext, settled, signIn } from './browser.ts'

type Picture = Look & { name: string; person?: string; path: string; act?: (page: Page) => Promise<void> }

const folder = process.argv[3] ?? join(import.meta.dirname, '../../docs/images')
const hub = process.argv[2]
if (!hub) throw new Error('Usage: screenshots.ts <address of the hub> [folder]')

const verify = async (page: Page) => {
  await page.locator('main tbody tr', { hasText: 'title-office' }).locator('a').first().click()
  await settled(page)
  await page.locator('main .el-button--primary').click()
  await page.locator('[role=status] strong.good, [role=status] strong.bad').waitFor()
}

const pictures: Picture[] = [
  { name: 'start-en', language: 'en', path: '/' },
  { name: 'start-zh', language: 'zh', path: '/' },
  { name: 'start-phone', language: 'zh', phone: true, dark: true, path: '/' },
  { name: 'uses-en', language: 'en', person: 'lin-xiaoyan', path: '/my/uses' },
  { name: 'uses-zh', language: 'zh', person: 'lin-xiaoyan', path: '/my/uses' },
  { name: 'consents-phone', language: 'zh', phone: true, person: 'lin-xiaoyan', path: '/my/consents' },
  { name: 'log-zh', language: 'zh', person: 'auditor', path: '/log' },
  { name: 'entry-en', language: 'en', person: 'auditor', path: '/log', act: verify },
  { name: 'catalogue-en', language: 'en', person: 'steward-civil-affairs', path: '/catalogue' },
  {
    name: 'dataset-zh',
    language: 'zh',
    person: 'steward-civil-affairs',
    path: '/catalogue/civil-affairs.marriage-certificate',
    act: page => page.locator('#tab-figures').click(),
  },
  {
    name: 'schema-en',
    language: 'en',
    person: 'steward-civil-affairs',
    path: '/catalogue/civil-affairs.marriage-certificate',
    act: async page => {
      await page.locator('#tab-try').click()
      await page.locator('.editor').first().waitFor()
      await page.getByRole('button', { name: 'See what it would do' }).click()
    },
  },
  { name: 'requests-en', language: 'en', person: 'steward-civil-affairs', path: '/requests', dark: true },
  { name: 'matters-en', language: 'en', person: 'operator', path: '/matters' },
  { name: 'health-zh', language: 'zh', person: 'operator', path: '/health' },
]

/** Charts draw for a moment after all is loaded. */
const drawing = 1_500

await mkdir(folder, { recursive: true })
const browser = await openBrowser()
for (const { name, person, path, act, ...look } of pictures) {
  const context = await openContext(browser, look)
  const page = await context.newPage()
  if (person) await signIn(page, hub, person)
  await page.goto(`${hub}/console${path}`)
  await settled(page)
  await act?.(page)
  await page.waitForTimeout(drawing)
  await page.screenshot({ path: join(folder, `${name}.png`) })
  console.log(name)
  await context.close()
}
await browser.close()
