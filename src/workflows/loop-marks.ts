// Gives every loop of a bundle a position of its own. The engine notes positions at calls and operators only, so a run that
// is stopped at the head of a loop would be reported at whatever was before it, perhaps lines above. A statement without effect in
// front of the loop has a position; it runs once each time the loop is entered.
import { decodedMappings, encodedMappings, TraceMap, type SourceMapSegment } from '@jridgewell/trace-mapping'
import { parse, type Node } from 'acorn'
import { z } from 'zod'

interface Script {
  readonly code: string
  /** JSON text. */
  readonly sourceMap: string
}

interface Insertion {
  readonly offset: number
  readonly text: string
  readonly isMark: boolean
}

const mark = '!0;'
const loops = new Set([
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
])
const lists = new Set(['Program', 'BlockStatement', 'StaticBlock', 'SwitchCase'])

/** The script as it was when it cannot be read, such as one that is nested too deeply. */
export function markLoops(script: Script): Script {
  const tree = parsed(script.code)
  const insertions = tree === undefined ? [] : insertionsOf(tree)
  if (insertions.length === 0) return script
  return { code: inserted(script.code, insertions), sourceMap: shifted(script, insertions) }
}

/** Undefined when the parser gives up. */
export function parsed(code: string): Node | undefined {
  try {
    return parse(code, { ecmaVersion: 'latest', sourceType: 'script' })
  } catch {
    return undefined
  }
}

/** The nodes below one, without its own. */
export function childrenOf(node: Node): readonly Node[] {
  return Object.values(node)
    .flatMap((value: unknown) => (Array.isArray(value) ? value : [value]))
    .filter(isNode)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

function insertionsOf(tree: Node): readonly Insertion[] {
  const found: Insertion[] = []
  const waiting: { readonly node: Node; readonly parent: string }[] = [{ node: tree, parent: '' }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, parent } = next
    // A label belongs to its loop, so the mark goes in front of the label.
    if (parent !== 'LabeledStatement' && isLoop(node)) {
      const isInList = lists.has(parent)
      found.push({ offset: node.start, text: isInList ? mark : `{${mark}`, isMark: true })
      if (!isInList) found.push({ offset: node.end, text: '}', isMark: false })
    }
    for (const child of childrenOf(node)) waiting.push({ node: child, parent: node.type })
  }
  // Where one statement ends and the next begins, the brace comes first.
  return found.toSorted((a, b) => a.offset - b.offset || Number(a.isMark) - Number(b.isMark))
}

function isLoop(node: Node): boolean {
  let inner: Node | undefined = node
  while (inner?.type === 'LabeledStatement')
    inner = childrenOf(inner).find(({ type }) => type !== 'Identifier')
  return inner !== undefined && loops.has(inner.type)
}

function inserted(code: string, insertions: readonly Insertion[]): string {
  const parts: string[] = []
  let from = 0
  for (const { offset, text } of insertions) {
    parts.push(code.slice(from, offset), text)
    from = offset
  }
  return parts.join('') + code.slice(from)
}

const sourceMapSchema = z.looseObject({
  version: z.literal(3),
  sources: z.array(z.string().nullable()),
  names: z.array(z.string()),
  mappings: z.string(),
})

function shifted({ code, sourceMap }: Script, insertions: readonly Insertion[]): string {
  const map = sourceMapSchema.parse(JSON.parse(sourceMap))
  const lines = decodedMappings(new TraceMap(map))
  let lineStart = 0
  let next = 0
  const mappings = code.split('\n').map((line, index) => {
    const lineEnd = lineStart + line.length
    const inLine: (Insertion & { readonly column: number })[] = []
    for (let one = insertions[next]; one !== undefined && one.offset <= lineEnd; one = insertions[++next])
      inLine.push({ ...one, column: one.offset - lineStart })
    lineStart = lineEnd + 1
    return inLine.length === 0 ? (lines[index] ?? []) : shiftedLine(lines[index] ?? [], inLine)
  })
  const made = new TraceMap({ ...map, mappings: mappings.map((line) => [...line]) })
  return JSON.stringify({ ...map, mappings: encodedMappings(made) })
}

/** Each segment moves by what was put in before it; a mark gets the place of its loop. */
function shiftedLine(
  segments: readonly Readonly<SourceMapSegment>[],
  insertions: readonly (Insertion & { readonly column: number })[],
): SourceMapSegment[] {
  const lengthBefore = (isBefore: (column: number, index: number) => boolean) =>
    insertions.reduce(
      (sum, { column, text }, index) => (isBefore(column, index) ? sum + text.length : sum),
      0,
    )
  const moved = segments.map((segment) =>
    at(segment, segment[0] + lengthBefore((column) => column <= segment[0])),
  )
  const marks = insertions.flatMap(({ column, isMark }, own) => {
    const loop = isMark ? segments.findLast(([start]) => start <= column) : undefined
    return loop === undefined ? [] : [at(loop, column + lengthBefore((_, index) => index < own))]
  })
  return [...moved, ...marks].toSorted(([a], [b]) => a - b)
}

function at(segment: Readonly<SourceMapSegment>, column: number): SourceMapSegment {
  if (segment.length === 1) return [column]
  const [, source, line, originalColumn] = segment
  return segment.length === 5
    ? [column, source, line, originalColumn, segment[4]]
    : [column, source, line, originalColumn]
}
