import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from '@jest/globals'

const root = resolve(import.meta.dirname, '../..')
const pages = globSync(['*.md', '{bench,docs,schemas,services,test}/**/*.md'], { cwd: root })

/** Text between fences or backquotes shows how something is written and links to nothing. */
const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')

const linksOf = (text: string) => [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!)

/** As GitHub makes them: lower case, no punctuation, hyphens for blanks. */
const anchorsOf = (text: string) =>
  [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  )

function leadsNowhere(page: string, link: string): boolean {
  const [path = '', anchor] = decodeURI(link).split('#')
  const target = path === '' ? join(root, page) : resolve(root, dirname(page), path)
  if (!existsSync(target)) return true
  return anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor)
}

test('there are pages with links to check', () => expect(pages.length).toBeGreaterThan(10))

test.each(pages)('every relative link of %s leads somewhere', page => {
  const links = linksOf(readFileSync(join(root, page), 'utf8')).filter(link => !/^[a-z]+:/.test(link))
  expect(links.filter(link => leadsNowhere(page, link)).map(link => `${page}: ${link}`)).toEqual([])
})
