/** The console in a real browser, on the whole local stack with a small sample city in it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { settled } from '../../../services/console/browser.ts'
import { readLedger } from '../../../services/local/story/ledger.ts'
import { accessibilityFaults, overhang } from '../../support/browser.ts'
import { auditorJourneys } from './auditor-journeys.ts'
import { citizenJourneys } from './citizen-journeys.ts'
import { forgeries } from './forgeries.ts'
import { operatorJourneys } from './operator-journeys.ts'
import { certificate, closeStage, during, openStage, stage } from './stage.ts'
import { stewardJourneys } from './steward-journeys.ts'

beforeAll(openStage, 180_000)
afterAll(closeStage, 60_000)

test('a newcomer sees what runs today, in both languages, without signing in', async () => {
  await during({ language: 'zh' }, async ({ page, open }) => {
    await open('/')
    expect(await page.title()).toBe('今日概览 · 数据跑 Datarun')
    await page.getByText('份材料今天无须群众提交').waitFor()
    const { total } = await readLedger(stage().city, new Date())
    expect(await page.locator('.figure').first().textContent()).toBe(String(total.met))
    await page.getByText('● 实时').waitFor()
    await page.locator('canvas').waitFor()
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByText('papers nobody had to carry today').waitFor()
    await page.getByRole('cell', { name: 'Real-estate transfer (sale of a dwelling)' }).waitFor()
  })
})

test('a page that cannot be loaded says why, and comes when it is tried again', async () => {
  await during({ language: 'en' }, async ({ page }) => {
    await page.route(/overview/, route =>
      route.fulfill({ status: 503, json: { code: 'UNAVAILABLE', title: 'Not now.' } }),
    )
    await page.goto(`${stage().stack.hub}/console/`)
    await page.getByRole('alert').getByText('Not now.').waitFor()
    await page.unrouteAll()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('papers nobody had to carry today').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
  })
})

test('whoever uses the keyboard alone gets past the navigation, and to the pages', async () => {
  await during({ language: 'en', person: 'lin-xiaoyan' }, async ({ page, open }) => {
    await open('/')
    await page.keyboard.press('Tab')
    await page.locator('a.skip:focus').waitFor()
    await page.keyboard.press('Enter')
    await page.locator('main:focus').waitFor()
    await page.getByRole('link', { name: 'My consents' }).first().focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'My consents' }).waitFor()
  })
})

test('the first page needs at most 500 kB and asks no other host', async () => {
  await during({ language: 'en' }, async ({ page, open }) => {
    const hosts = new Set<string>()
    const sizes: Promise<number>[] = []
    page.on('requestfinished', request => {
      hosts.add(new URL(request.url()).origin)
      sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize))
    })
    await open('/')
    await page.locator('canvas').waitFor()
    expect([...hosts]).toEqual([stage().stack.hub])
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    expect(bytes).toBeLessThan(500_000)
  })
})

citizenJourneys()
auditorJourneys()
forgeries()
stewardJourneys()
operatorJourneys()

test('whoever has no right to a page is told so, and sees nothing of it', async () => {
  await during({ language: 'en', person: 'lin-xiaoyan' }, async ({ page, open }) => {
    await open('/log')
    await page.getByRole('heading', { name: 'This page is not for you' }).waitFor()
    expect(await page.getByRole('link', { name: 'Access log' }).count()).toBe(0)
  })
  await during({ language: 'en', person: 'steward-taxation' }, async ({ page, open }) => {
    await open('/catalogue/civil-affairs.marriage-certificate')
    expect(await page.getByRole('tab').allTextContents()).toEqual(['Fields', 'Schema'])
    await page.goto(`${stage().stack.hub}/console/requests/${stage().request}`)
    await page.getByRole('alert').getByText('NOT_FOUND').waitFor()
    expect(await page.content()).not.toContain('Checking guardianship')
    await open('/requests')
    expect(await page.getByText('Shanghai Municipal Education Commission').count()).toBe(0)
  })
  await during({ language: 'en' }, async ({ page, open }) => {
    await open('/my/uses')
    await page.getByRole('heading', { name: 'Please sign in' }).waitFor()
  })
})

describe('every page is accessible, fits a phone and keeps to the Content-Security-Policy', () => {
  const pages: [string | undefined, string[]][] = [
    [undefined, ['/', '/nowhere']],
    ['lin-xiaoyan', ['/my/uses', '/my/consents', '/my/representations', '/my/corrections']],
    ['auditor', ['/log', '/log/checkpoints', '/log/alarms', '/log/watch-lists', '/log/3']],
    ['steward-civil-affairs', ['/catalogue', `/catalogue/${certificate}`, '/changes', '/requests', '/requests/:id']],
    ['operator', ['/departments', '/departments/taxation', '/matters', '/health']],
  ]
  for (const look of [{ language: 'en' }, { language: 'zh', phone: true, dark: true }] as const) {
    test(`in ${look.language === 'en' ? 'English, light, on a desk' : 'Chinese, dark, on a phone'}`, async () => {
      const faults: Record<string, string[]> = {}
      const lookAt = ([person, paths]: (typeof pages)[number]) =>
        during({ ...look, ...(person && { person }) }, async ({ page, open }) => {
          for (const path of paths) {
            await open(path.replace(':id', stage().request))
            const found = await faultsOf(page)
            if (found.length > 0) faults[path] = found
          }
        })
      await Promise.all(pages.map(lookAt))
      expect(faults).toEqual({})
    }, 120_000)
  }
})

/** Of a page as it opens, of each of its tabs, and of the form that its head opens. */
async function faultsOf(page: Page): Promise<string[]> {
  const found = await faultsNow(page)
  const ways = [...(await page.getByRole('tab').all()).slice(1), ...(await page.locator('.head .el-button').all())]
  for (const way of ways) {
    await way.click()
    await settled(page)
    found.push(...(await faultsNow(page)))
  }
  return found
}

async function faultsNow(page: Page): Promise<string[]> {
  const wide = await overhang(page)
  return [...(await accessibilityFaults(page)), ...(wide > 0 ? [`${wide} pixels too wide`] : [])]
}
