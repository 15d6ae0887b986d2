/**
 * CodeMirror for JSON, in a bundle of its own. It lives in a shadow root, where it styles itself by constructed style
 * sheets; in the page it would add style elements, which our Content-Security-Policy forbids.
 */
import { json, jsonParseLinter } from '@codemirror/lang-json'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { linter } from '@codemirror/lint'
import { tags } from '@lezer/highlight'
import { basicSetup, EditorView } from 'codemirror'

export type Editor = { show(text: string): void; close(): void }
export type EditorOptions = { text: string; label: string; changed: (text: string) => void }

/** The page's own colours, which change with its theme: custom properties reach into a shadow root. */
const look = EditorView.theme({
  '&': { height: '100%', fontSize: '14px', color: 'var(--el-text-color-primary)', backgroundColor: 'var(--card)' },
  '.cm-scroller': { overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--el-text-color-primary)' },
  '.cm-cursor': { borderLeftColor: 'var(--el-text-color-primary)' },
  '.cm-gutters': {
    color: 'var(--el-text-color-secondary)',
    backgroundColor: 'var(--page)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--el-color-primary-light-8)',
  },
})
const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--el-color-primary)' },
  { tag: tags.string, color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--wait)' },
])
const frame = ':host { display: block } .place { height: 100% }'

export function openEditor(place: HTMLElement, { text, label, changed }: EditorOptions): Editor {
  const root = place.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(frame)
  root.adoptedStyleSheets = [sheet]
  const parent = root.appendChild(document.createElement('div'))
  parent.className = 'place'
  const view = new EditorView({
    doc: text,
    parent,
    root,
    extensions: [
      basicSetup,
      json(),
      syntaxHighlighting(colours),
      linter(jsonParseLinter()),
      look,
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
      EditorView.updateListener.of(update => {
        if (update.docChanged) changed(update.state.doc.toString())
      }),
    ],
  })
  return {
    show: now => {
      const length = view.state.doc.length
      if (view.state.doc.toString() !== now) view.dispatch({ changes: { from: 0, to: length, insert: now } })
    },
    close: () => view.destroy(),
  }
}
