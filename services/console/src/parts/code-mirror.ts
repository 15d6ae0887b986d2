/**
 * CodeMirror for JSON, in a bundle of its own. It lives in a shadow root, where it styles itself by constructed style
 * sheets; in the page it would add style elements, which our Content-Security-Policy forbids.
 */
import { json, jsonParseLinter } from '@codemirror/lang-json'
import { linter } from '@codemirror/lint'
import { basicSetup, EditorView } from 'codemirror'

export type Editor = { show(text: string): void; close(): void }
export type EditorOptions = { text: string; label: string; changed: (text: string) => void }

const look = EditorView.theme({ '&': { height: '100%', fontSize: '14px' }, '.cm-scroller': { overflow: 'auto' } })
const frame = `:host { display: block; background: #fff; color: #1d2733 } .place { height: 100% }`

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
