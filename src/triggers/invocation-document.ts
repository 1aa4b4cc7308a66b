// What is kept of an invocation: the run as `mintage run --json` shows it, with the event and the workflow's file. Values of
// secret variables are taken out of every text in it, claims included: the record is for people, the token is for the client.
import { z } from 'zod'
import type { JsonObject, JsonValue } from '../oauth/index.ts'
import { runDocument, runDocumentSchema } from './run-document.ts'
import type { TriggerRun } from './run-trigger.ts'

export const invocationDocumentSchema = runDocumentSchema.extend({
  outcome: z.preprocess(currentName, runDocumentSchema.shape.outcome),
  workflow: z.object({ id: z.string(), file: z.string(), trigger: z.string() }),
  event: z.record(z.string(), z.json()),
})

export type InvocationDocument = z.infer<typeof invocationDocumentSchema>

interface Invoked {
  readonly workflow: InvocationDocument['workflow']
  readonly deploymentId: string
  readonly event: JsonObject
  readonly run: TriggerRun
}

/** `redact` is undefined when no variable is secret: the record then shares what it holds with the code that issues the tokens. */
export function invocationDocument(
  { workflow, deploymentId, event, run }: Invoked,
  redact: Redact | undefined,
): JsonObject {
  const document: object = { workflow, event, ...runDocument(deploymentId, run, redact ?? asItIs) }
  // Plain data; what is undefined in it is not there once it is written.
  return redact === undefined ? (document as JsonObject) : members(document, redact)
}

type Redact = (text: string) => string
const asItIs: Redact = (text) => text

/** A copy of the tree with every text, names of members included, run through `redact`. */
function members(tree: object, redact: Redact): JsonObject {
  const copy: JsonObject = {}
  for (const [name, value] of Object.entries(tree)) {
    if (value !== undefined) copy[redact(name)] = copied(value, redact)
  }
  return copy
}

function copied(value: unknown, redact: Redact): JsonValue {
  if (typeof value === 'string') return redact(value)
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map((item: unknown) => copied(item, redact))
  return typeof value === 'object' && value !== null ? members(value, redact) : null
}

/** Earlier names of outcomes, which stored invocations still have. */
const formerNames: ReadonlyMap<unknown, string> = new Map([
  ['out-of-memory', 'memory-exceeded'],
  ['too-many-calls', 'calls-exceeded'],
  ['log-too-large', 'log-exceeded'],
  ['invalid-claims', 'claims-invalid'],
  ['reserved-claims', 'claim-reserved'],
  ['unavailable', 'busy'],
])

function currentName(outcome: unknown): unknown {
  return formerNames.get(outcome) ?? outcome
}
