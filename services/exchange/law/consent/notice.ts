/** The notice that a subject reads before deciding, where the asking department brings no text of its own (PIPL, Art 17 and 30). */
import { cityDayOf } from '../../../contract/city-time.ts'
import type { Both } from './consent.ts'

type NoticeParts = {
  department: Both
  purpose: Both
  datasets: { title: Both; fields: Both[] }[]
  validUntil: Date
  uses?: number
}

export function noticeOf(parts: NoticeParts, language: 'zh' | 'en'): string {
  return language === 'zh' ? chinese(parts) : english(parts)
}

function chinese({ department, purpose, datasets, validUntil, uses }: NoticeParts): string {
  const items = datasets.map(({ title, fields }) => `${title.zh}（${fields.map(field => field.zh).join('、')}）`)
  const limit = uses === undefined ? '' : `，最多使用 ${uses} 次`
  return (
    `${department.zh}为办理“${purpose.zh}”，申请使用您的下列数据：${items.join('；')}。` +
    `授权有效期至 ${cityDayOf(validUntil)}${limit}。您可以随时暂停或撤回授权，并可查看每一次使用记录。` +
    '不同意的，您仍可提交纸质材料办理。'
  )
}

function english({ department, purpose, datasets, validUntil, uses }: NoticeParts): string {
  const items = datasets.map(({ title, fields }) => `${title.en} (${fields.map(field => field.en).join(', ')})`)
  const limit = uses === undefined ? '' : `, for ${uses} ${uses === 1 ? 'use' : 'uses'} at most`
  return (
    `${department.en} asks to use these data of yours for “${purpose.en}”: ${items.join('; ')}. ` +
    `The consent ends on ${cityDayOf(validUntil)}${limit}. You may pause or withdraw it at any time, and you can see every ` +
    'use. If you do not agree, you can still hand in the papers.'
  )
}
