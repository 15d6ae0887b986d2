/** A text in both languages. */
export type Both = { zh: string; en: string }
