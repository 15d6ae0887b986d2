/** The console in a real browser, on the whole local stack with a small sample city in it. */
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { settled } from '../../../services/console/browser.ts'
import { removeDirectory } from '../../../services/local/places.ts'
import type { Stack } from '../../../services/local/stack.ts'
import { start } from '../../../services/local/start.ts'
import { type City, openCity } from '../../../services/local/story/city.ts'
import { accessibilityFaults, overhang, testBrowser, type Visit, visit } from '../../support/browser.ts'
import { creditCodeOf } from '../../support/credit-code.ts'
import { temporaryHome } from '../../support/temporary-home.ts'

let stack: Stack
let city: City
let folder: string
const silent = new Writable({ write: (_chunk, _encoding, done) => done() }) as unknown as NodeJS.WriteStream

beforeAll(async () => {
  folder = await temporaryHome()
  ;({ stack } = await start({ people: 60, directory: folder, output: silent, onFailure: () => {} }))
  city = await openCity(stack)
  await Promise.all([askForMarriages(), testBrowser()])
}, 180_000)
afterAll(async () => {
  await (await testBrowser().catch(() => undefined))?.close()
  await stack?.stop()
  await removeDirectory(join(folder, 'stack'))
}, 60_000)

/** A share request that waits for the steward of civil affairs. */
async function askForMarriages() {
  const asking = await city.as(city.systemOf('education'))
  await asking.must('POST', '/v1/agreements', {
    dataset: 'civil-affairs.marriage-certificate',
    purpose: 'school-enrolment',
    validUntil: new Date(Date.now() + 86_400_000 * 30).toISOString(),
    fields: [{ pointer: '/certificateNumber', use: 'read' }],
    basis: { type: 'consent' },
    scenario: { zh: '核验监护关系', en: 'Checking guardianship' },
    method: 'service-interface',
  })
}

/** Runs one person's visit and fails with whatever the browser complained of. */
async function during(look: Parameters<typeof visit>[1], journey: (guest: Visit) => Promise<void>) {
  const guest = await visit(stack.hub, look)
  try {
    await journey(guest)
    expect(guest.complaints).toEqual([])
  } finally {
    await guest.close()
  }
}

test('a newcomer sees what runs today, in both languages, without signing in', async () => {
  await during({ language: 'zh' }, async ({ page, open }) => {
    await open('/')
    expect(await page.title()).toBe('今日概览 · 数据跑 Datarun')
    await page.getByText('份材料今天无须群众提交').waitFor()
    await page.getByText('● 实时').waitFor()
    await page.locator('canvas').waitFor()
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByText('papers nobody had to carry today').waitFor()
    await page.getByRole('cell', { name: 'Real-estate transfer (sale of a dwelling)' }).waitFor()
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
    expect([...hosts]).toEqual([stack.hub])
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    expect(bytes).toBeLessThan(500_000)
  })
})

test('a citizen sees who used her data, allows a use and takes it back in two taps', async () => {
  await during({ language: 'en', person: 'lin-xiaoyan', phone: true }, async ({ page, open }) => {
    await open('/my/uses')
    await page.getByText('Shanghai Planning and Natural Resources Bureau asked on').first().waitFor()
    await page.getByText('Legal basis: 《不动产登记暂行条例》第二十五条.').first().waitFor()
    await page.getByRole('button', { name: 'Allow it' }).click()
    await page.getByRole('button', { name: 'I agree' }).click()
    await page.getByText('Thank you.').waitFor()
    await page.getByRole('link', { name: 'My consents' }).click()
    await page.getByRole('heading', { name: 'In force (1)' }).waitFor()
    const consent = page.getByRole('article').first()
    await consent.getByRole('button', { name: 'What would they receive?' }).click()
    await consent.getByText('林晓燕').first().waitFor()
    const saved = page.waitForEvent('download')
    await consent.getByRole('button', { name: 'Download receipt' }).click()
    expect((await saved).suggestedFilename()).toMatch(/^consent-receipt-.*\.json$/)
    await consent.getByRole('button', { name: 'Withdraw', exact: true }).click()
    await consent.getByRole('button', { name: 'Yes, withdraw' }).click()
    await page.getByRole('heading', { name: 'In force (0)' }).waitFor()
  })
})

test('a citizen reports an error, the steward of the source answers, and she reads the answer', async () => {
  await during({ language: 'zh', person: 'lin-xiaoyan' }, async ({ page, open }) => {
    await open('/my/uses')
    await page.getByRole('listitem').filter({ hasText: '结婚证' }).getByText('涉及字段').first().click()
    await page.getByRole('button', { name: '这里有误' }).first().click()
    await page.getByLabel('哪里有误？正确的内容是什么？').fill('登记日期应为 9 月 19 日')
    await page.getByRole('button', { name: '提交给保管部门' }).click()
    await page.getByText('保管该记录的部门将予以核实').waitFor()
  })
  await during({ language: 'en', person: 'steward-civil-affairs' }, async ({ page, open }) => {
    await open('/catalogue/civil-affairs.marriage-certificate')
    await page.getByRole('tab', { name: 'Corrections' }).click()
    await page.getByRole('button', { name: 'Your answer' }).click()
    await page.getByLabel('Answer for the person').fill('The register was right.')
    await page.getByRole('button', { name: 'The record is right' }).click()
    await page.getByText('The register was right.').waitFor()
  })
  await during({ language: 'en', person: 'lin-xiaoyan' }, async ({ page, open }) => {
    await open('/my/corrections')
    await page.getByText('The register was right.').waitFor()
  })
})

test('an auditor finds an entry, verifies its receipt in the browser, and checks that the log only grew', async () => {
  await during({ language: 'en', person: 'auditor' }, async ({ page, open }) => {
    await open('/log/checkpoints')
    await open('/log')
    await page.getByLabel('Kind').selectOption('pull')
    await page.getByLabel('Department', { exact: true }).fill('natural-resources')
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    await page
      .locator('tbody tr:not(:has-text("natural-resources/title-office"))')
      .first()
      .waitFor({ state: 'detached' })
    await page.locator('tbody a').first().click()
    await settled(page)
    await page.getByText('Shanghai Planning and Natural Resources Bureau').waitFor()
    await page.getByRole('button', { name: 'Verify in this browser' }).click()
    await page.getByText('Verified: the entry stands unchanged in the signed log.').waitFor()
    await page.getByRole('link', { name: 'Checkpoints' }).click()
    await page.getByRole('button', { name: 'Check all of them' }).click()
    await page.getByText('continues it').first().waitFor()
    expect(await page.getByText('contradicts it').count()).toBe(0)
  })
})

test('a steward answers a share request with its legal clock, and tries a record before it is published', async () => {
  await during({ language: 'zh', person: 'steward-civil-affairs' }, async ({ page, open }) => {
    await open('/requests')
    await page
      .getByText(/剩余 \d+ 个工作日/)
      .first()
      .waitFor()
    await page.getByRole('link', { name: '答复申请: 结婚证' }).click()
    await page.getByRole('button', { name: '拒绝' }).click()
    await page.getByLabel('理由（法规要求说明）').fill('与使用目的无关')
    await page.getByRole('button', { name: '拒绝' }).click()
    await page.getByText('已拒绝').first().waitFor()
    await page.getByText('与使用目的无关').waitFor()
    await open('/catalogue/civil-affairs.marriage-certificate')
    await page.getByRole('tab', { name: '用量与使用部门' }).click()
    await page.getByText('上海市规划和自然资源局').first().waitFor()
    await page.getByRole('tab', { name: '试验与修改' }).click()
    await page.getByRole('button', { name: '检查记录' }).click()
    await page.getByText('将被搁置：').waitFor()
    await page.getByRole('button', { name: '试运行，看有何影响' }).click()
    await page.getByText(/检查的 \d+ 条记录中有 0 条将被拒收/).waitFor()
  })
})

test('an operator sees what stands, registers a department, and never sees a secret', async () => {
  await during({ language: 'en', person: 'operator' }, async ({ page, open }) => {
    await open('/health')
    await page.getByRole('listitem').filter({ hasText: 'PostgreSQL' }).getByText('ready').waitFor()
    const secret = page.getByRole('row').filter({ hasText: 'DATARUN_DATABASE_URL' })
    expect(await secret.getByRole('cell').nth(1).textContent()).toBe('secret')
    await open('/departments')
    await page.getByRole('button', { name: 'Add a department' }).click()
    await page.getByLabel('Id').fill('culture')
    await page.getByLabel('Title in Chinese').fill('上海市文化和旅游局')
    await page.getByLabel('Title in English').fill('Culture and Tourism Bureau')
    await page.getByLabel('Credit code').fill('11310000MB3T010130')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Credit code').fill(creditCodeOf('culture'))
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('link', { name: 'Culture and Tourism Bureau' }).waitFor()
    await page.getByRole('link', { name: 'Shanghai Civil Affairs Bureau' }).click()
    await page.getByText('civil-affairs/marriage-registry').waitFor()
  })
})

test('whoever has no right to a page is told so, and sees nothing of it', async () => {
  await during({ language: 'en', person: 'lin-xiaoyan' }, async ({ page, open }) => {
    await open('/log')
    await page.getByRole('heading', { name: 'This page is not for you' }).waitFor()
    expect(await page.getByRole('link', { name: 'Access log' }).count()).toBe(0)
  })
  await during({ language: 'en', person: 'steward-taxation' }, async ({ page, open }) => {
    await open('/catalogue/civil-affairs.marriage-certificate')
    expect(await page.getByRole('tab').allTextContents()).toEqual(['Fields', 'Schema'])
  })
  await during({ language: 'en' }, async ({ page, open }) => {
    await open('/my/uses')
    await page.getByRole('heading', { name: 'Please sign in' }).waitFor()
  })
})

describe('every page is accessible, fits a phone and keeps to the Content-Security-Policy', () => {
  const pages: [string | undefined, string[]][] = [
    [undefined, ['/', '/nowhere']],
    ['lin-xiaoyan', ['/my/uses', '/my/consents', '/my/corrections']],
    ['auditor', ['/log', '/log/checkpoints', '/log/alarms', '/log/3']],
    ['steward-civil-affairs', ['/catalogue', '/catalogue/civil-affairs.marriage-certificate', '/requests', '/matters']],
    ['operator', ['/departments', '/departments/taxation', '/health']],
  ]
  for (const look of [{ language: 'en' }, { language: 'zh', phone: true, dark: true }] as const) {
    test(`in ${look.language === 'en' ? 'English, light, on a desk' : 'Chinese, dark, on a phone'}`, async () => {
      const faults: Record<string, string[]> = {}
      for (const [person, paths] of pages) {
        await during({ ...look, ...(person && { person }) }, async ({ page, open }) => {
          for (const path of paths) {
            await open(path)
            const found = await accessibilityFaults(page)
            const wide = await overhang(page)
            if (wide > 0) found.push(`${wide} pixels too wide`)
            if (found.length > 0) faults[path] = found
          }
        })
      }
      expect(faults).toEqual({})
    }, 120_000)
  }
})
