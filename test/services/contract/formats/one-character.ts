import fc from 'fast-check'

/** Texts that differ from `text` in one character drawn from `alphabet`. */
export const withOneCharacterChanged = (text: string, alphabet: string) =>
  fc
    .tuple(fc.nat(text.length - 1), fc.constantFrom(...alphabet))
    .map(([at, character]) => text.slice(0, at) + character + text.slice(at + 1))
    .filter(changed => changed !== text)
