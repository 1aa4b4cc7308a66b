// The environment variables that a workflow cannot do without: names that its author's own files hand to kinde.env.get or
// getEnvironmentVariable as a text, without a `??` or `||` behind it. Read from the sources, because a bundle renames what a
// library exports. A name that is computed is not found; then the run says what is missing.
import { transform } from 'esbuild'
import type { Node } from 'acorn'
import { z } from 'zod'
import type { SourceLocation } from '../errors/index.ts'
import type { Bundle } from './bundle.ts'
import { childrenOf, parsed } from './script-edit.ts'

export interface RequiredVariable {
  readonly name: string
  /** Where it is read. */
  readonly at: SourceLocation
}

const mapSchema = z.looseObject({
  sources: z.array(z.string().nullable()),
  sourcesContent: z.array(z.string().nullable()),
})

/** Each name once, in the order of their names. */
export async function requiredVariables({
  sourceMap,
}: Pick<Bundle, 'sourceMap'>): Promise<readonly RequiredVariable[]> {
  const { sources, sourcesContent } = mapSchema.parse(JSON.parse(sourceMap))
  const found = await Promise.all(
    sources.map(async (file, index) => {
      const text = sourcesContent[index] ?? undefined
      if (file === null || text === undefined || /(?:^|\/)node_modules\//.test(file)) return []
      return (await namesIn(text)).map((name) => ({ name, at: placeOf(name, text, file) }))
    }),
  )
  const byName = new Map(
    found
      .flat()
      .toReversed()
      .map((one) => [one.name, one]),
  )
  return [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** Without types and comments. A file that esbuild has bundled can be read, but for its kind of JSX. */
async function namesIn(source: string): Promise<readonly string[]> {
  if (!/\benv\b|getEnvironmentVariable/.test(source)) return []
  const script = await transform(source, { loader: 'tsx', format: 'cjs', logLevel: 'silent' }).catch(() =>
    transform(source, { loader: 'ts', format: 'cjs', logLevel: 'silent' }).catch(() => undefined),
  )
  const tree = script && parsed(script.code)
  if (tree === undefined) return []
  const names: string[] = []
  const waiting: { readonly node: Node; readonly hasOther: boolean }[] = [{ node: tree, hasOther: false }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, hasOther } = next
    const name = readName(node)
    if (name !== undefined && !hasOther) names.push(name)
    const other = logicalSchema.safeParse(node)
    for (const child of childrenOf(node)) {
      const isLeft = other.success && child.start === other.data.left.start
      // What stands in a function of its own is read for its own sake.
      const isPassedOn = /^(?:ChainExpression|MemberExpression|AwaitExpression|LogicalExpression)$/.test(
        node.type,
      )
      waiting.push({ node: child, hasOther: isLeft || (hasOther && isPassedOn) })
    }
  }
  return names
}

const logicalSchema = z.looseObject({
  type: z.literal('LogicalExpression'),
  operator: z.enum(['??', '||']),
  left: z.looseObject({ start: z.number() }),
})
const identifier = z.looseObject({ type: z.literal('Identifier'), name: z.string() })
const member = z.looseObject({
  type: z.literal('MemberExpression'),
  object: z.unknown(),
  property: identifier,
})
const callSchema = z.looseObject({
  type: z.literal('CallExpression'),
  callee: z.unknown(),
  arguments: z.tuple([
    z.looseObject({ type: z.literal('Literal'), value: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/) }),
  ]),
})

/** The name, when the node is such a call. */
function readName(node: Node): string | undefined {
  if (node.type !== 'CallExpression') return undefined
  const call = callSchema.safeParse(node)
  return call.success && isReader(call.data.callee) ? call.data.arguments[0].value : undefined
}

/** `kinde.env.get`, `kinde.env.getEnvironmentVariable`, or the library's function, which `format: cjs` spells `(0, m.name)`. */
function isReader(callee: unknown): boolean {
  const sequence = z.looseObject({ expressions: z.array(z.unknown()) }).safeParse(callee)
  if (sequence.success) return isReader(sequence.data.expressions.at(-1))
  const plain = identifier.safeParse(callee)
  if (plain.success) return plain.data.name === 'getEnvironmentVariable'
  const read = member.safeParse(callee)
  if (!read.success) return false
  if (read.data.property.name === 'getEnvironmentVariable') return true
  const owner = member.safeParse(read.data.object)
  return read.data.property.name === 'get' && owner.success && owner.data.property.name === 'env'
}

function placeOf(name: string, source: string, file: string): SourceLocation {
  const lines = source.split('\n')
  const line = lines.findIndex((text) => new RegExp(`["'\`]${name}["'\`]`).test(text))
  return line === -1 ? { file } : { file, line: line + 1 }
}
