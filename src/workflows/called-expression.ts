// What was called when the engine says "not a function": it names nothing, so the expression is looked up in the bundle at the
// position of the stack. The engine notes the last position before a call, which may be in its arguments; where several calls share
// one, each is named.
import type { Node } from 'acorn'
import { childrenOf, parsed } from './script-edit.ts'

interface Call {
  /** From the callee to the end of the call. */
  readonly start: number
  readonly end: number
  /** Where the innermost function around the call begins. */
  readonly around: number
  readonly text: string
}

const calls = new Set(['CallExpression', 'NewExpression', 'TaggedTemplateExpression'])
const functions = /Function/
const mostNames = 3
const longestName = 80
/** These are functions whatever a workflow does, or it has broken them itself. */
const builtin = /^(?:console|JSON|Math|Object|Array|Number|String|Promise|Reflect|Date|Symbol)\b/

/** A failing workflow fails in every run, and parsing its bundle costs more than the run. */
const callsOfBundles = new WeakMap<object, readonly Call[]>()

/** `line` and `column` from 1, in the bundle's code. Undefined when no call is there. */
export function calledExpression(
  bundle: { readonly code: string },
  line: number,
  column: number,
): string | undefined {
  const offset = offsetOf(bundle.code, line, column)
  const around = callsOf(bundle).filter(({ start, end }) => start <= offset && offset < end)
  const innermost = Math.max(...around.map((call) => call.around))
  const names = around.filter((call) => call.around === innermost && !builtin.test(call.text))
  const unique = [...new Set(names.map(({ text }) => text))].slice(0, mostNames)
  return unique.length === 0 ? undefined : unique.join(' or ')
}

function offsetOf(code: string, line: number, column: number): number {
  let start = 0
  for (let count = 1; count < line; count += 1) start = code.indexOf('\n', start) + 1
  return start + column - 1
}

function callsOf(bundle: { readonly code: string }): readonly Call[] {
  const known = callsOfBundles.get(bundle)
  if (known !== undefined) return known
  const made = readCalls(bundle.code)
  callsOfBundles.set(bundle, made)
  return made
}

/** The innermost first among those that contain one another: they are found later and end earlier. */
function readCalls(code: string): readonly Call[] {
  const tree = parsed(code)
  const found: Call[] = []
  const waiting: { readonly node: Node; readonly around: number }[] =
    tree === undefined ? [] : [{ node: tree, around: 0 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, around } = next
    const callee = calls.has(node.type) ? childrenOf(node)[0] : undefined
    if (callee !== undefined && !functions.test(callee.type)) {
      const text = code.slice(callee.start, callee.end).replaceAll(/\s+/g, ' ')
      if (text.length <= longestName) found.push({ start: callee.start, end: node.end, around, text })
    }
    const inside = functions.test(node.type) ? node.start : around
    for (const child of childrenOf(node)) waiting.push({ node: child, around: inside })
  }
  return found.toSorted((a, b) => a.end - a.start - (b.end - b.start))
}
