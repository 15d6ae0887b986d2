/** Receipts that somebody tampers with on their way to the auditor's browser. */
import { expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { generateNoteKey } from '../../../services/exchange/log/tree/note.ts'
import { during } from './stage.ts'

export function forgeries(): void {
  test('a forged entry, proof, key or checkpoint fails in the browser, at the step that it breaks', async () => {
    await during({ language: 'en', person: 'auditor' }, async ({ page, open }) => {
      const verdictAt = async (broken: string) => {
        await open('/log/95')
        await page.getByRole('button', { name: 'Verify in this browser' }).click()
        await page.getByText('Not verified.').waitFor()
        const last = page.getByRole('region', { name: 'Is it genuine?' }).getByRole('listitem').last()
        expect(await last.textContent()).toMatch(new RegExp(`wrong.*${broken}`))
        expect(await page.getByText('Verified: the entry stands').count()).toBe(0)
        await page.unrouteAll()
      }
      await forge(page, '**/entries/95', text => text.replace('"permit"', '"refuse"'))
      await verdictAt('The receipt')
      await forge(page, '**/proof?*', proof => otherHash(proof, 1))
      await verdictAt('The same root')
      await forge(page, '**/proof?*', proof => otherHash(proof, -2))
      await verdictAt('The same root')
      await forge(page, '**/proof?*', proof => proof.replace(signature, (_, start, one) => start + other(one)))
      await verdictAt('The checkpoint is signed')
      await forge(page, '**/proof?*', proof => proof.replace(signature, '$1'))
      await verdictAt('The checkpoint is signed')
      const { verifierKey } = generateNoteKey('datarun.local/access-log')
      await forge(page, '**/v1/access-log', log =>
        log.replace(/"verifierKey":"[^"]+"/, `"verifierKey":"${verifierKey}"`),
      )
      await verdictAt('The checkpoint is signed')
      await page.getByRole('alert').filter({ hasText: verifierKey }).waitFor()
    })
  })
}

/** Lets the browser have another answer than the hub gave. */
const forge = (page: Page, address: string, change: (text: string) => string) =>
  page.route(address, async route => {
    const response = await route.fetch()
    const [text, forged] = [await response.text(), change(await response.text())]
    if (forged === text) throw new Error(`nothing was forged in ${address}`)
    await route.fulfill({ response, body: forged })
  })

/** A receipt (within JSON) in which one of its hashes, the checkpoint's root among them, is another one. */
function otherHash(text: string, at: number): string {
  const hashes = [...text.matchAll(/[A-Za-z0-9+/]{43}=(?=\\n)/g)]
  const { 0: hash, index } = hashes.at(at)!
  return text.slice(0, index) + other(hash[0]!) + text.slice(index + 1)
}

/** The beginning of a checkpoint's signature, within JSON, and the next of its characters. */
const signature = /(\\n— \S+ \S{20})(.)/

const other = (character: string) => (character === 'A' ? 'B' : 'A')
