/** The few pages the issuer shows, in Chinese and English. No script, no image, one style sheet whose hash the CSP names. */
import { hash } from 'node:crypto'
import type { Person } from './people.ts'

const style = `
body { font: 1rem/1.6 system-ui, sans-serif; margin: 0; background: #f4f6f8; color: #1d2733 }
main { max-width: 40rem; margin: 3rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem } p { margin: 0 0 1rem } .en { color: #52606d }
button { display: block; width: 100%; margin: 0 0 .5rem; padding: .7rem 1rem; text-align: left; font: inherit;
  background: #fff; border: 1px solid #c5ced8; border-radius: .4rem; cursor: pointer }
button:hover, button:focus-visible { border-color: #1456a0; outline: 2px solid #1456a0 }
b { font-weight: 600 }`

/** `redirects`: origins a form of ours may lead on to, since browsers apply form-action to redirects too. */
export const securityHeaders = (redirects: readonly string[]): Record<string, string> => ({
  'content-security-policy': [
    `default-src 'none'`,
    `script-src 'none'`,
    `style-src 'sha256-${hash('sha256', style, 'base64')}'`,
    `form-action ${[`'self'`, ...redirects].join(' ')}`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
})

const escaped: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const plain = (text: string) => text.replaceAll(/[&<>"']/g, character => escaped[character]!)

const page = (title: string, body: string) => `<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>${style}</style></head>
<body><main><h1>${title}</h1>${body}</main></body>
</html>`

const bilingual = (zh: string, en: string) => `<p>${zh}<br><span class="en" lang="en">${en}</span></p>`

export function signInPage(people: readonly Person[]): string {
  const choices = people.map(choiceOf).join('\n')
  const hint = bilingual(
    '本机演示：选择一位示例用户即可登录，无需口令。',
    'A local demonstration: choose a sample person to sign in as. There is no password.',
  )
  return page('登录 · Sign in', `${hint}<form method="post">${choices}</form>`)
}

const choiceOf = ({ id, name, about }: Person) => `<button name="person" value="${plain(id)}">
<b>${plain(name.zh)} <span lang="en">${plain(name.en)}</span></b><br>
${plain(about.zh)} <span class="en" lang="en">${plain(about.en)}</span></button>`

/** `form` is oidc-provider's own, with its token against forged requests. */
export const signOutPage = (form: string): string =>
  page(
    '退出登录 · Sign out',
    `${form}<button form="op.logoutForm" name="logout" value="yes">退出 · <span lang="en">Sign out</span></button>
<button form="op.logoutForm">保持登录 · <span lang="en">Stay signed in</span></button>`,
  )

export const signedOutPage = (): string =>
  page('已退出 · Signed out', bilingual('您已退出登录。', 'You are signed out.'))

export const errorPage = (problem: string): string =>
  page(
    '无法登录 · Cannot sign in',
    `${bilingual('请返回原页面重新开始。', 'Go back to where you came from and start again.')}<p>${plain(problem)}</p>`,
  )
