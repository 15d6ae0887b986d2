/**
 * How long the functions of services/ are, and how many parameters they take, read by TypeScript's own parser.
 *
 * The length is the lines from a body's `{` to its `}`, with all that lies within. One thing is counted for itself: a call
 * that registers a route, handler and schemas included, so that a plugin of ten short routes is no long function.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import ts from 'typescript-5'
import { services } from './imports.ts'

/**
 * `name` is that of the function, or of what it is assigned to; else the call that it is handed to, or the route.
 * `own` is `length` without the functions within, which are measured for themselves.
 */
export type Measured = { file: string; name: string; length: number; own: number; parameters: number }

const routeMethods = new Set(['get', 'head', 'post', 'put', 'patch', 'delete', 'route'])

/** Functions and routes of one text; for a `.vue` file of its script. */
export function measureFunctions(file: string, text: string): Measured[] {
  const source = ts.createSourceFile(file, scriptOf(file, text), ts.ScriptTarget.Latest, true)
  const found: Measured[] = []
  const visit = (node: ts.Node): void => {
    if (isFunction(node)) found.push(measured(file, node, node.body!))
    if (isRoute(node)) found.push(measured(file, node, node))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** Every function under services/, the console's too. */
export async function readFunctions(): Promise<Measured[]> {
  const all = await readdir(services, { recursive: true })
  const files = all.filter(file => /\.(ts|vue)$/.test(file) && !/(^|\/)(node_modules|dist)\//.test(file))
  const measuredFiles = files.map(async file => measureFunctions(file, await readFile(join(services, file), 'utf8')))
  return (await Promise.all(measuredFiles)).flat()
}

const scriptOf = (file: string, text: string) =>
  file.endsWith('.vue')
    ? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => script).join('')
    : text

function measured(file: string, node: ts.Node, body: ts.Node): Measured {
  const parameters = ts.isFunctionLike(node) ? node.parameters.length : 0
  const without = (left: (part: ts.Node) => boolean) => linesOf(body) - linesWithin(body, left)
  return {
    file,
    name: nameOf(node),
    length: without(isRoute),
    own: without(part => isRoute(part) || isFunction(part)),
    parameters,
  }
}

const isFunction = (node: ts.Node): node is ts.FunctionLikeDeclaration =>
  ts.isFunctionLike(node) && 'body' in node && node.body !== undefined

const lineAt = (node: ts.Node, position: number) => node.getSourceFile().getLineAndCharacterOfPosition(position).line

const linesOf = (node: ts.Node) => lineAt(node, node.end) - lineAt(node, node.getStart()) + 1

/** Lines of the outermost parts that are left out. */
function linesWithin(node: ts.Node, left: (part: ts.Node) => boolean): number {
  let lines = 0
  ts.forEachChild(node, child => {
    lines += left(child) ? linesOf(child) : linesWithin(child, left)
  })
  return lines
}

/** `app.get('/v1/…', options, async request => …)`, with whatever the server is called. */
function isRoute(node: ts.Node): node is ts.CallExpression {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false
  const handler = node.arguments.at(-1)
  const isHandled = handler !== undefined && node.arguments.length > 1 && isFunction(handler)
  return isHandled && routeMethods.has(node.expression.name.text)
}

function nameOf(node: ts.Node): string {
  if (isRoute(node))
    return `${(node.expression as ts.PropertyAccessExpression).name.text} ${node.arguments[0]!.getText()}`
  const { name } = node as ts.SignatureDeclaration
  if (name) return name.getText()
  const parent = node.parent as ts.Node & { name?: ts.Node }
  if (parent.name) return parent.name.getText()
  if (ts.isCallExpression(parent)) return `a function handed to ${parent.expression.getText().slice(0, 40)}`
  if (ts.isArrowFunction(parent) || ts.isReturnStatement(parent))
    return `a function made by ${nameOf(enclosing(parent))}`
  return 'a function without a name'
}

function enclosing(node: ts.Node): ts.Node {
  return ts.isFunctionLike(node) || ts.isSourceFile(node) ? node : enclosing(node.parent)
}
