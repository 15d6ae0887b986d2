/** An operator's journeys through the console. */
import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { creditCodeOf } from '../../support/credit-code.ts'
import { during, stage } from './stage.ts'

export function operatorJourneys(): void {
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

  test('an operator publishes a change in review, sees what adapters sent, rotates a key, demands proofs, and changes a service', async () => {
    await during({ language: 'en', person: 'operator' }, async ({ page, open }) => {
      await open('/changes')
      const change = page.getByRole('article', { name: 'Tax clearance' })
      await change.getByText(/\d working days left/).waitFor()
      await change.getByText('+   "updateCycle": "weekly"').waitFor()
      await change.getByRole('button', { name: 'Publish' }).click()
      await change.getByRole('button', { name: 'Publish' }).click()
      await change.getByText('published').waitFor()
      await open('/health')
      const registry = page.getByRole('row').filter({ hasText: 'civil-affairs/marriage-registry' })
      await registry.getByText(/Marriage certificate: .* ago/).waitFor()
      const silent = page.getByRole('row').filter({ hasText: 'education/enrolment-office' })
      await silent.getByText('the hub has received no record from it').waitFor()
      await page.getByRole('listitem').filter({ hasText: stage().stack.issuer }).getByText('ready').waitFor()
      await open('/departments/education')
      await page.getByRole('button', { name: 'Change, or rotate keys' }).first().click()
      const keys = page.getByLabel('Public keys (JWK Set)')
      const held = JSON.parse(await keys.inputValue()) as { keys: object[] }
      const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const next = { ...publicKey.export({ format: 'jwk' }), kid: 'next', alg: 'ES256', use: 'sig' }
      await keys.fill(JSON.stringify({ keys: [...held.keys, next] }))
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('next · ').waitFor()
      for (const state of ['visible', 'detached'] as const) {
        await page.getByRole('button', { name: 'Change, or rotate keys' }).first().click()
        await page.getByLabel('demands proofs (DPoP)').setChecked(state === 'visible')
        await page.getByRole('button', { name: 'Save' }).click()
        await page.locator('.chip', { hasText: 'demands proofs (DPoP)' }).waitFor({ state })
      }
      await open('/matters')
      await page.getByRole('button', { name: 'Add a service' }).click()
      await page.getByLabel('Id', { exact: true }).fill('library-card')
      await page.getByLabel('Department').selectOption('education')
      await page.getByLabel('Title in Chinese').fill('办理借书证')
      await page.getByLabel('Title in English').fill('Library card')
      await page.getByRole('button', { name: 'Save' }).click()
      const service = page.getByRole('article', { name: 'Library card' })
      await service.getByText('What may be asked for now').click()
      await service.getByText('Identity').first().waitFor()
      await service.getByRole('button', { name: 'Change' }).click()
      await service.getByLabel('Title in English').fill('Reader’s card')
      await service.getByRole('button', { name: 'Save' }).click()
      await page.getByRole('heading', { name: 'Reader’s card' }).waitFor()
    })
  })
}
