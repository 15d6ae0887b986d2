/** A citizen's journeys through the console. */
import { expect, test } from '@jest/globals'
import { certificate, during, stage } from './stage.ts'

const fieldsOf = (boxes: unknown[]) =>
  (boxes as { value: string; checked: boolean }[]).map(({ value, checked }) => ({ field: value, ticked: checked }))

/** Fields that the title office has agreed on with civil affairs for the transfer. */
async function agreedFields(): Promise<string[]> {
  type Agreement = { dataset: string; purpose: string; fields: { pointer: string }[] }
  const office = await stage().city.as('natural-resources/title-office')
  const { items } = await office.must<{ items: Agreement[] }>('GET', `/v1/agreements?limit=200&dataset=${certificate}`)
  return items
    .filter(({ purpose }) => purpose === 'real-estate-transfer')
    .flatMap(({ fields }) => fields.map(one => one.pointer))
}

export function citizenJourneys(): void {
  test('a citizen sees who used her data, allows a use and takes it back in two taps', async () => {
    await during({ language: 'en', person: 'lin-xiaoyan', phone: true }, async ({ page, open }) => {
      await open('/my/uses')
      await page.getByText('Shanghai Planning and Natural Resources Bureau asked on').first().waitFor()
      await page.getByText('Legal basis: 《不动产登记暂行条例》第二十五条.').first().waitFor()
      await page.getByRole('button', { name: 'Allow it' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('Sensitive personal information').waitFor()
      const offered = await dialog.getByRole('group').getByRole('checkbox').evaluateAll(fieldsOf)
      const agreed = await agreedFields()
      expect(offered.map(({ field }) => field).toSorted()).toEqual(agreed.toSorted())
      const sensitive = ['/holderA/id', '/holderB/id']
      expect(offered.filter(({ ticked }) => !ticked).map(({ field }) => field)).toEqual(sensitive)
      await page.getByRole('button', { name: 'I agree' }).click()
      await page.getByText('Thank you.').waitFor()
      await page.getByRole('link', { name: 'My consents' }).click()
      await page.getByRole('heading', { name: 'Waiting for your answer (1)' }).waitFor()
      await page.getByRole('heading', { name: 'In force (1)' }).waitFor()
      const consent = page.getByRole('article').nth(1)
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

  test('a citizen sees what a department would receive before she agrees, and who may act for her', async () => {
    await during({ language: 'zh', person: 'lin-xiaoyan' }, async ({ page, open }) => {
      await open('/my/consents')
      const asked = page.getByRole('article').first()
      await asked.getByRole('button', { name: '对方会得到什么？' }).click()
      await asked.getByText(/^J310115-/).waitFor()
      await asked.getByRole('button', { name: '同意', exact: true }).click()
      await asked.getByRole('button', { name: '确定同意' }).click()
      await page.getByRole('heading', { name: '等待您答复 (0)' }).waitFor()
      await open('/my/representations')
      const attorney = page.getByRole('listitem').filter({ hasText: 'counter 7, file 12' })
      await attorney.getByText('委托代理').waitFor()
      await attorney.getByRole('button', { name: '终止代理' }).click()
      await attorney.getByRole('button', { name: '确认终止' }).click()
      await page.getByText('没有人可以代理您。').waitFor()
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
      await page.getByLabel('Version that mends it').fill('99')
      await page.getByRole('button', { name: 'It was wrong and is corrected' }).click()
      await page.getByText('The hub holds no such version of this record').waitFor()
      await page.getByRole('button', { name: 'The record is right' }).click()
      await page.getByText('The register was right.').waitFor()
      await page.getByRole('tab', { name: 'Names' }).click()
      await page.getByText('No differences are known').waitFor()
    })
    await during({ language: 'en', person: 'lin-xiaoyan' }, async ({ page, open }) => {
      await open('/my/corrections')
      await page.getByText(/^J310115-.*, version \d+$/).waitFor()
      await page.getByText('The register was right.').waitFor()
    })
  })
}
