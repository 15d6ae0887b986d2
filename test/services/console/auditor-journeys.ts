/** An auditor's journeys through the console. */
import { readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { settled } from '../../../services/console/browser.ts'
import { seller } from '../../../services/local/story/people.ts'
import { creditCodeOf } from '../../support/credit-code.ts'
import { during } from './stage.ts'

export function auditorJourneys(): void {
  test('an auditor finds an entry, verifies its receipt in the browser, and checks that the log only grew', async () => {
    await during({ language: 'en', person: 'auditor' }, async ({ page, open }) => {
      await open('/log/checkpoints')
      await open('/log')
      await page.getByRole('button', { name: 'Show more' }).click()
      await page.locator('tbody tr').nth(50).waitFor()
      await page.getByLabel('Kind').selectOption('pull')
      await page.getByLabel('Department', { exact: true }).selectOption('natural-resources')
      await page.getByRole('button', { name: 'Search', exact: true }).click()
      await page
        .locator('tbody tr:not(:has-text("natural-resources/title-office"))')
        .first()
        .waitFor({ state: 'detached' })
      await page.locator('tbody a').first().click()
      await page.getByRole('heading', { name: /^Entry \d+/ }).waitFor()
      await settled(page)
      await page.getByText('Shanghai Planning and Natural Resources Bureau').first().waitFor()
      await page.getByRole('button', { name: 'Verify in this browser' }).click()
      await page.getByText('Verified: the entry stands unchanged in the signed log.').waitFor()
      await page.getByRole('link', { name: 'Checkpoints' }).click()
      await page.getByRole('button', { name: 'Check all of them' }).click()
      await page.getByText('continues it').first().waitFor()
      expect(await page.getByText('contradicts it').count()).toBe(0)
    })
  })

  test('an auditor keeps a view, exports what it finds, and keeps a watch list without seeing whom it names', async () => {
    await during({ language: 'en', person: 'auditor' }, async ({ page, open }) => {
      await open('/log')
      await page.getByLabel('Kind').selectOption('consent')
      await page.getByText('Saved views (0)').click()
      await page.getByLabel('Name of the view').fill('Consents')
      await page.getByRole('button', { name: 'Save this view' }).click()
      await open('/log')
      await page.getByText('Saved views (1)').click()
      await page.getByRole('button', { name: 'Consents', exact: true }).click()
      await page.locator('tbody tr:not(:has-text("Consent"))').first().waitFor({ state: 'detached' })
      const saved = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Export what matches' }).click()
      const lines = (await readFile(await (await saved).path(), 'utf8')).trim().split('\n')
      const kinds = lines.slice(0, -1).map(line => (JSON.parse(line) as { entry: { kind: string } }).entry.kind)
      expect(new Set(kinds)).toEqual(new Set(['consent']))
      expect(JSON.parse(lines.at(-1)!)).toEqual({ exported: kinds.length })
      await open('/log/watch-lists')
      await page.getByLabel('Name of the list').fill('well-known')
      await page.getByLabel('Ids of people').fill(`${seller.id}\n${creditCodeOf('culture')}`)
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('2 people or organisations').waitFor()
      expect(await page.content()).not.toContain(seller.id)
      await page.getByRole('button', { name: 'Remove' }).click()
      await page.getByText('There is no list yet.').waitFor()
    })
  })

  test('a person is found however the id is typed, a wrong one is an error at its field, and the form is exported as filled', async () => {
    await during({ language: 'zh', person: 'auditor' }, async ({ page, open }) => {
      await open('/log')
      const id = page.getByLabel('个人或组织（18 位')
      const wide = [...seller.id].map(character => String.fromCharCode(character.charCodeAt(0) + 0xfee0)).join('')
      await id.fill(' 11010519491231002x')
      expect((await searchOf(page)).subject).toEqual({ type: 'person', id: '11010519491231002X' })
      for (const typed of [` ${seller.id} `, `\u3000${wide.slice(0, 6)} ${wide.slice(6)}\u200b`]) {
        await id.fill(typed)
        expect((await searchOf(page)).subject).toEqual({ type: 'person', id: seller.id })
        await page.getByRole('cell', { name: '数据调用' }).first().waitFor()
      }
      await page.getByLabel('类型', { exact: true }).selectOption('pull')
      await page.getByLabel('结果', { exact: true }).selectOption('partial')
      expect(await searchOf(page)).toMatchObject({ kind: 'pull', decision: 'partial', subject: { id: seller.id } })
      await page.getByRole('cell', { name: '部分提供 结婚证 CONSENT_MISSING' }).first().waitFor()
      expect(await page.getByText('全部提供', { exact: true }).count()).toBe(0)

      let asked = 0
      page.on('request', request => {
        if (/access-log\/(searches|exports)$/.test(request.url())) asked += 1
      })
      await id.fill(`${seller.id.slice(0, 17)}1`)
      for (const name of ['查询', '导出结果']) {
        await page.getByRole('button', { name, exact: true }).click()
        await page.getByRole('alert').getByText('校验码不符').waitFor()
      }
      expect(asked).toBe(0)

      await id.fill(`${seller.id} `)
      await page.getByLabel('类型', { exact: true }).selectOption('consent')
      await page.getByLabel('结果', { exact: true }).selectOption('')
      const saved = page.waitForEvent('download')
      await page.getByRole('button', { name: '导出结果' }).click()
      const lines = (await readFile(await (await saved).path(), 'utf8')).trim().split('\n').slice(0, -1)
      expect(lines.length).toBeGreaterThan(0)
      for (const line of lines) {
        const { entry } = JSON.parse(line) as { entry: { kind: string; about: object[] } }
        expect(entry.kind).toBe('consent')
        expect(entry.about).toContainEqual({ type: 'person', id: seller.id })
      }
    })
  })
}

/** Presses the button and tells what was asked of the hub. */
async function searchOf(page: Page): Promise<{ subject?: object }> {
  const asked = page.waitForRequest(request => request.url().endsWith('/v1/access-log/searches'))
  await page.getByRole('button', { name: '查询', exact: true }).click()
  return (await asked).postDataJSON() as { subject?: object }
}
