// Puts text into a script and keeps its source map right: every position of the author's code is found as before.
import { decodedMappings, encodedMappings, TraceMap, type SourceMapSegment } from '@jridgewell/trace-mapping'
import { parse, type Node } from 'acorn'
import { z } from 'zod'

export interface Script {
  readonly code: string
  /** JSON text. */
  readonly sourceMap: string
}

export interface Insertion {
  readonly offset: number
  readonly text: string
  /** A mark is code: it gets the place of what it stands in front of. */
  readonly isMark: boolean
}

/** Where one statement ends and the next begins, what closes the first comes first. */
export function withInsertions(script: Script, insertions: readonly Insertion[]): Script {
  if (insertions.length === 0) return script
  const ordered = insertions.toSorted((a, b) => a.offset - b.offset || Number(a.isMark) - Number(b.isMark))
  return { code: inserted(script.code, ordered), sourceMap: shifted(script, ordered) }
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
