/**
 * Contexts keep schemas apart from each other in a registry that many share. The hub has the default one alone, `.`; a name in
 * it is written with its context, `:.:subject`, or without.
 */
export const defaultContext = '.'

/** As names and addresses write the default context: `.`, `:.` and `:.:`. */
export const isDefaultContext = (name: string) => /^:?\.:?$/.test(name)

/** The name alone; undefined where it belongs to another context. */
export function inDefaultContext(name: string): string | undefined {
  const [, context, rest] = /^:([^:]*):(.*)$/s.exec(name) ?? []
  if (context === undefined) return name
  return isDefaultContext(context) ? rest : undefined
}

/** `:*:` speaks of every context. */
export const prefixInDefaultContext = (prefix: string) => inDefaultContext(prefix.replace(/^:\*:/, ''))
