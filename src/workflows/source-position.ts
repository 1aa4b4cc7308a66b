// From positions in the bundle, as the engine's stacks have them, to the author's files. A stack is text that a guest
// made, so it is bounded first, read line by line for frames of the bundle, and everything else in it is dropped; no
// text from it but a function's name comes out again. Never throws.
import { originalPositionFor, sourceContentFor, TraceMap } from '@jridgewell/trace-mapping'
import { formatLocation, type SourceLocation } from '../errors/index.ts'
import { bundleFileName, bundleWrapperLines } from '../runtime/index.ts'
import type { Bundle } from './bundle.ts'
import { calledExpression } from './called-expression.ts'
import { printable } from './printable.ts'
import { packageOf } from './project-boundary.ts'

type MappedBundle = Pick<Bundle, 'sourceMap' | 'inputs'>

const longestStack = 16 * 1024
const mostLines = 50
const longestLine = 300
const longestName = 100

interface Frame {
  readonly name: string
  readonly at: SourceLocation
}

/** A failing workflow fails in every run, and reading a source map costs more than the run. */
const traceMaps = new WeakMap<MappedBundle, TraceMap>()

/** The stack in positions of the source, one `    at name (file:line:column)` for each frame of the bundle; '' if none. */
export function mapStack(stack: string, bundle: MappedBundle): string {
  return framesOf(stack, bundle)
    .map(({ name, at }) => {
      const place = `${at.file}:${String(at.line)}:${String(at.column)}`
      return name === '' ? `    at ${place}` : `    at ${name} (${place})`
    })
    .join('\n')
}

/** A text with the author's positions in place of those in the bundle, such as a line of console with a stack in it. */
export function mapPlaces(text: string, bundle: MappedBundle): string {
  if (!text.includes(bundleFileName)) return text
  return text.replaceAll(placePattern, (place: string, line: string, column: string) => {
    const at = originalPosition(Number(line) - bundleWrapperLines, Number(column), bundle)
    return at === undefined ? place : formatLocation(at)
  })
}

/** Where it happened: the innermost frame in a file of the author's own, or else in a package. */
export function locate(stack: string, bundle: MappedBundle): SourceLocation | undefined {
  const frames = framesOf(stack, bundle)
  return (frames.find(({ at }) => packageOf(at.file) === undefined) ?? frames[0])?.at
}

/** The expression whose call the engine refused, where the stack begins in the bundle; undefined when a builtin threw. */
export function calledAt(stack: string, bundle: MappedBundle & Pick<Bundle, 'code'>): string | undefined {
  const [first = ''] = stack.slice(0, longestLine).split('\n', 1)
  const groups = framePattern.exec(first)?.groups
  if (groups === undefined) return undefined
  return calledExpression(bundle, Number(groups['line']) - bundleWrapperLines, Number(groups['column']))
}

/** `the package "x" (node_modules/x/index.js:4:3)` when the code that threw is in one. */
export function inPackage(stack: string, bundle: MappedBundle): string | undefined {
  const at = throwingPlace(stack, bundle)
  const name = at && packageOf(at.file)
  return at && name !== undefined ? `the package "${name}" (${formatLocation(at)})` : undefined
}

/** Where the code that threw is, in the author's files or in a package. */
export function throwingPlace(stack: string, bundle: MappedBundle): SourceLocation | undefined {
  return framesOf(stack, bundle)[0]?.at
}

/** The text of a bundle's input, as it was when it was bundled. */
export function sourceText(bundle: MappedBundle, input: string): string | undefined {
  const map = traceMapOf(bundle)
  // trace-mapping throws for a source that it does not know.
  return map.sources.includes(input) ? (sourceContentFor(map, input) ?? undefined) : undefined
}

/** The author's line at a place, as it was when it was bundled. */
export function sourceLineAt(bundle: MappedBundle, { file, line }: SourceLocation): string | undefined {
  if (line === undefined) return undefined
  return sourceText(bundle, file)?.split(/\r?\n/)[line - 1]
}

function framesOf(stack: string, bundle: MappedBundle): readonly Frame[] {
  return stack
    .slice(0, longestStack)
    .split('\n', mostLines)
    .map((line) => frameOf(line, bundle))
    .filter((frame) => frame !== undefined)
}

const placePattern = new RegExp(
  String.raw`\b${bundleFileName.replace('.', String.raw`\.`)}:(\d{1,9}):(\d{1,9})\b`,
  'gu',
)

const framePattern = new RegExp(
  String.raw`^\s*at (?:(?<name>.*) \()?${bundleFileName.replace('.', String.raw`\.`)}:(?<line>\d{1,9}):(?<column>\d{1,9})\)?\s*$`,
  'u',
)

function frameOf(line: string, bundle: MappedBundle): Frame | undefined {
  const groups = framePattern.exec(line.slice(0, longestLine))?.groups
  if (groups === undefined) return undefined
  const at = originalPosition(Number(groups['line']) - bundleWrapperLines, Number(groups['column']), bundle)
  if (at === undefined) return undefined
  return { name: printable(groups['name'] ?? '', longestName), at }
}

/** The engine and we count columns from 1, a source map from 0. */
function originalPosition(line: number, column: number, bundle: MappedBundle): SourceLocation | undefined {
  if (line < 1 || column < 1) return undefined
  const original = originalPositionFor(traceMapOf(bundle), { line, column: column - 1 })
  if (original.source === null || !bundle.inputs.includes(original.source)) return undefined
  return { file: original.source, line: original.line, column: original.column + 1 }
}

function traceMapOf(bundle: MappedBundle): TraceMap {
  const known = traceMaps.get(bundle)
  if (known !== undefined) return known
  const made = new TraceMap(bundle.sourceMap)
  traceMaps.set(bundle, made)
  return made
}
