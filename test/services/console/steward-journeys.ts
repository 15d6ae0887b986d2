/** A steward's journeys through the console. */
import { test } from '@jest/globals'
import { certificate, during } from './stage.ts'

export function stewardJourneys(): void {
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

  test('a steward hands in a change of the catalogue, sees what changed between versions, and ends one', async () => {
    await during({ language: 'en', person: 'steward-civil-affairs' }, async ({ page, open }) => {
      await open(`/catalogue/${certificate}`)
      await page.getByRole('tab', { name: 'Catalogue entry' }).click()
      await page.getByRole('button', { name: 'Hand in for review' }).click()
      await page.getByText('The catalogue has this entry.').waitFor()
      await page.getByRole('tab', { name: 'Schema' }).click()
      await page.getByText('The whole schema').waitFor()
      await page.getByLabel('From').fill('2099-01-01T00:00')
      await page.getByRole('button', { name: 'Refuse it from then on' }).click()
      await page.getByText('refused from 1 Jan 2099').waitFor()
      await page.getByRole('button', { name: 'Accept it again' }).click()
      await page.getByText('is accepted').waitFor()
      await page.getByLabel('Compatibility').selectOption('FULL')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Saved.').waitFor()
    })
  })
}
