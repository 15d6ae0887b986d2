/** Chinese and English, complete in both: a word missing in one does not compile. */
import { createI18n } from 'vue-i18n'
import type { Both } from './both.ts'
import { en } from './words/en.ts'
import { zh } from './words/zh.ts'

export type Language = 'zh' | 'en'
export type { Both }

const key = 'datarun-language'

function firstLanguage(): Language {
  const chosen = localStorage.getItem(key)
  if (chosen === 'zh' || chosen === 'en') return chosen
  return navigator.languages.some(language => language.startsWith('zh')) ? 'zh' : 'en'
}

export const i18n = createI18n({
  legacy: false,
  locale: firstLanguage(),
  fallbackLocale: 'en',
  messages: { en, zh },
})

export const language = i18n.global.locale
tellBrowser()

export function toggleLanguage(): void {
  language.value = language.value === 'zh' ? 'en' : 'zh'
  localStorage.setItem(key, language.value)
  tellBrowser()
}

function tellBrowser(): void {
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en'
}

/** Of a text in both languages, the one that is read here. */
export const say = (both: Both): string => both[language.value as Language]
