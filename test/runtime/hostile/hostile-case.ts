// What a hostile workflow says of itself in the comment lines at its top. The first is
// `// SBX-NN | outcome or outcome | what is attacked`; after it may follow, in this order or another:
// `// claims: {…}` (what the access token ends with), `// error: /…/` (name and message of what was thrown, or the
// reason or message of the outcome), `// log: /…/` (one of the lines), `// rss: 64` (MB by which the
// host may grow), `// lost: 1` (threads that have to be replaced, because the engine is inside a native operation that asks for
// no interrupt) and `// environment: {…}` (variables of the run).
//
// An outcome is one of the sandbox's own (src/runtime/outcome.ts), or `refused code` when the file must not even become
// a deployment.
import { readdirSync, readFileSync } from 'node:fs'
import { z } from 'zod'

export interface HostileCase {
  readonly file: string
  readonly title: string
  readonly outcomes: readonly string[]
  readonly claims?: unknown
  readonly error?: RegExp
  readonly log?: RegExp
  readonly rssMegabytes: number
  readonly lostThreads: number
  readonly environment: Readonly<Record<string, string>>
}

/** Room for a full guest heap, its copies on the way and the noise of a shared process. */
const usualRssMegabytes = 160

const fieldsSchema = z.strictObject({
  claims: z.string().optional(),
  error: z.string().optional(),
  log: z.string().optional(),
  rss: z.coerce.number().default(usualRssMegabytes),
  lost: z.coerce.number().default(0),
  environment: z.string().default('{}'),
})

const environmentSchema = z.record(z.string(), z.string())

export function hostileCases(folder: string): HostileCase[] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => readCase(`${folder}/${name}`, name))
}

function readCase(file: string, name: string): HostileCase {
  const lines = readFileSync(file, 'utf8').split('\n', 10)
  const [id, outcomes, attack, ...more] = (lines[0] ?? '').replace(/^\/\/ /, '').split(' | ')
  if (id === undefined || !/^(SBX-\d\d|OWN-\d\d)$/.test(id) || !outcomes || !attack || more.length > 0) {
    throw new Error(`${name} does not begin with "// SBX-NN | outcome | what is attacked"`)
  }
  if (!name.startsWith(id.toLowerCase())) throw new Error(`${name} says that it is ${id}`)
  const fields = fieldsSchema.parse(Object.fromEntries(lines.slice(1).flatMap(fieldOf)))
  const { claims, error, log, rss, lost, environment } = fields
  return {
    file,
    title: `${id} ${attack}: ${outcomes} (${name})`,
    outcomes: outcomes.split(' or '),
    ...(claims === undefined ? {} : { claims: JSON.parse(claims) }),
    ...(error === undefined ? {} : { error: patternOf(error) }),
    ...(log === undefined ? {} : { log: patternOf(log) }),
    rssMegabytes: rss,
    lostThreads: lost,
    environment: environmentSchema.parse(JSON.parse(environment)),
  }
}

function fieldOf(line: string): [string, string][] {
  const found = /^\/\/ ([a-z]+): (.+)$/.exec(line)
  return found?.[1] === undefined || found[2] === undefined ? [] : [[found[1], found[2]]]
}

function patternOf(text: string): RegExp {
  return new RegExp(text.replace(/^\/|\/$/g, ''))
}
