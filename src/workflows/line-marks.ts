// Lets a run say which of the author's lines it executed: the engine does not count them, so each statement of the bundle says so itself,
// once for each run, as a line of the log that `mintage/testing` takes out again. Only bundles of a run that measures coverage are marked.
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import type { AnyNode, Node } from 'acorn'
import { childrenOf, parsed, withInsertions, type Insertion, type Script } from './script-edit.ts'

/** A line of the author's file that a run can execute. */
export interface MarkedLine {
  readonly file: string
  /** From 1. */
  readonly line: number
}

export interface MarkedScript extends Script {
  /** By the number that is logged. */
  readonly lines: readonly MarkedLine[]
}

/** No author writes it, and the log of a run shows control characters escaped. */
const logMark = '\u0001line '
const counter = '$mintage_line'
/** Lines that one run reports at most: the log of a run has a limit of lines, and the author's own need room. */
const mostReported = 3_000
/** What the reports of a run may add to its log, in bytes. */
export const lineMarksLogBytes: number = mostReported * 16

const statement = /Statement$|^(?:Variable|Class)Declaration$/
const lists = new Set(['Program', 'BlockStatement', 'StaticBlock', 'SwitchCase'])
/** Parents whose body may be a statement without braces. */
const bodies = new Set([
  'IfStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
])

/** Marks the lines of `files`; without lines when the script cannot be read. */
export function markLines(script: Script, files: ReadonlySet<string>): MarkedScript {
  const tree = parsed(script.code)
  const lines: MarkedLine[] = []
  if (tree === undefined) return { ...script, lines }
  const placeOf = authorsPlaces(script, files)
  const insertions: Insertion[] = []
  const mark = (node: Node, before: string, after: string, end: string) => {
    const place = placeOf(node.start)
    if (place === undefined) return
    const number = lines.push(place) - 1
    insertions.push({ offset: node.start, text: `${before}${counter}(${number})${after}`, isMark: true })
    if (end !== '') insertions.push({ offset: node.end, text: end, isMark: false })
  }
  const waiting: { readonly node: AnyNode; readonly parent: string }[] = [
    { node: tree as AnyNode, parent: '' },
  ]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, parent } = next
    const made = parent === 'Program' ? bundlersOwn(script.code.slice(node.start, node.end)) : undefined
    if (made === 'statement') continue
    if (made === undefined && isExecuted(node) && lists.has(parent)) mark(node, '', ';', '')
    else if (
      made === undefined &&
      isExecuted(node) &&
      bodies.has(parent) &&
      node.type !== 'VariableDeclaration'
    )
      mark(node, '{', ';', '}')
    if (node.type === 'ArrowFunctionExpression' && node.expression) mark(node.body, '(', ',(', '))')
    for (const child of childrenOf(node)) waiting.push({ node: child as AnyNode, parent: node.type })
  }
  const first = childrenOf(tree).find((node) => !isDirective(node as AnyNode))
  if (lines.length === 0 || first === undefined) return { ...script, lines: [] }
  insertions.push({ offset: first.start, text: counterCode, isMark: false })
  return { ...withInsertions(script, insertions), lines }
}

/** Bound to the console at the start: the author's code may replace it. */
const counterCode = `var ${counter}=((log,seen,left)=>(n)=>{if(seen[n]||!left)return;seen[n]=true;left--;log(${JSON.stringify(logMark)}+n)})(typeof console==="object"?console.debug.bind(console):()=>{},{},${mostReported});`

/** The number of a line, when a text of the log is a report of one. */
export function reportedLine(text: string): number | undefined {
  return text.startsWith(logMark) ? Number(text.slice(logMark.length)) : undefined
}

/**
 * What the bundler puts around a file. Its source map says that it stands at the file's beginning, where the author has a comment or an
 * import. Wrappers hold the author's statements.
 */
function bundlersOwn(code: string): 'statement' | 'wrapper' | undefined {
  if (/^var \w+ = __(?:esm|commonJS)\(/.test(code)) return 'wrapper'
  return /^(?:var \w+_exports = \{\}|__export\(|module\.exports = __toCommonJS\()/.test(code)
    ? 'statement'
    : undefined
}

function isExecuted(node: AnyNode): boolean {
  if (node.type === 'BlockStatement' || node.type === 'EmptyStatement') return false
  return statement.test(node.type) && !isDirective(node)
}

function isDirective(node: AnyNode): boolean {
  return node.type === 'ExpressionStatement' && node.directive !== undefined
}

function authorsPlaces({ code, sourceMap }: Script, files: ReadonlySet<string>) {
  const map = new TraceMap(sourceMap)
  const starts = [0, ...[...code.matchAll(/\n/g)].map(({ index }) => index + 1)]
  return (offset: number): MarkedLine | undefined => {
    const index = lastAtMost(starts, offset)
    const column = offset - (starts[index] ?? 0)
    const { source, line } = originalPositionFor(map, { line: index + 1, column })
    return source !== null && files.has(source) ? { file: source, line } : undefined
  }
}

/** Index of the last of these ascending numbers that is not above `most`. */
function lastAtMost(numbers: readonly number[], most: number): number {
  let [low, high] = [0, numbers.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((numbers[middle] ?? 0) <= most) low = middle
    else high = middle - 1
  }
  return low
}
