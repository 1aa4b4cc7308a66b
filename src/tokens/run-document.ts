// One token request as `mintage run --json` prints it, and as the record of its invocation holds it. The schema is a promise to scripts:
// docs/reference/run.schema.json is made from it (a test fails when they part) and docs/reference/run-json.md explains it.
import { z } from 'zod'
import { tokenKinds } from '../oauth/index.ts'
import {
  invocationFields,
  locationSchema,
  place,
  runDocumentOf,
  runDocumentSchemaOf,
} from '../triggers/index.ts'
import type { ClaimChanges } from './claim-changes.ts'
import { currentEnding } from './former-endings.ts'
import type { CheckedTokenRun } from './run-and-check.ts'
import { runEndings, stepChanges, type TokenRun, type TokenTriggerRun } from './run-token-trigger.ts'

const claimsSchema = z.record(z.string(), z.json())

const tokenSchema = z.object({
  before: claimsSchema.describe('The default claims.'),
  after: claimsSchema.nullable().describe('The claims that would be issued; null when no token is.'),
})

const changesSchema = z.object({
  added: z.array(z.string()),
  changed: z.array(z.string()),
  removed: z.array(z.string()),
})

const stepResult = {
  accessToken: changesSchema.optional(),
  idToken: changesSchema.optional(),
  m2mToken: changesSchema.optional(),
}

export const runDocumentSchema = runDocumentSchemaOf(runEndings, stepResult, {
  unfit: z
    .array(z.object({ token: z.enum(tokenKinds), claim: z.string(), problem: z.string() }))
    .optional()
    .describe('Claims that do not fit the claims schema of mintage.yaml. Absent when all fit.'),
  oversized: z
    .array(z.object({ token: z.enum(tokenKinds), bytes: z.int(), budget: z.int() }))
    .optional()
    .describe('Tokens that are larger than the budget of their application. Absent when all keep to it.'),
  accessToken: tokenSchema.optional(),
  idToken: tokenSchema.optional(),
  m2mToken: tokenSchema.optional(),
  refused: z.array(z.object({ token: z.enum(tokenKinds), claim: z.string(), at: locationSchema.optional() })),
  clashes: z
    .array(z.object({ token: z.enum(tokenKinds), claim: z.string(), workflows: z.array(z.string()) }))
    .optional()
    .describe(
      'Claims that more than one workflow changed; the last one counts. Absent without such a claim.',
    ),
})

export type RunDocument = z.infer<typeof runDocumentSchema>

export const invocationDocumentSchema = runDocumentSchema.extend({
  ...invocationFields,
  outcome: z.preprocess(currentEnding, runDocumentSchema.shape.outcome),
})

export type InvocationDocument = z.infer<typeof invocationDocumentSchema>

/** The JSON Schema of the document, as docs/reference/run.schema.json holds it. */
export function runDocumentJsonSchema(): object {
  return { title: 'mintage run --json', ...z.toJSONSchema(runDocumentSchema) }
}

/** `redact` takes secrets out of every text that is not a claim; claims are shown as they would be issued. */
export function runDocument(
  deployment: string,
  run: CheckedTokenRun,
  redact: (text: string) => string,
): RunDocument {
  const { accessToken, idToken, m2mToken } = run.tokens
  const result = {
    ...(run.unfit && { unfit: [...run.unfit] }),
    ...(run.oversized && { oversized: [...run.oversized] }),
    ...(accessToken && { accessToken: tokenDocument(accessToken) }),
    ...(idToken && { idToken: tokenDocument(idToken) }),
    ...(m2mToken && { m2mToken: tokenDocument(m2mToken) }),
    refused: run.refused.map(({ token, claim, at }) => ({ token, claim, ...place(at) })),
    ...(run.clashes.length > 0 && {
      clashes: run.clashes.map(({ workflows, ...clash }) => ({ ...clash, workflows: [...workflows] })),
    }),
  }
  return runDocumentOf(deployment, run, result, stepResultOf, redact)
}

/** What one workflow changed of each token, where it changed anything. */
function stepResultOf(step: TokenTriggerRun['steps'][number]) {
  const { accessToken, idToken, m2mToken } = stepChanges(step) ?? {}
  return {
    ...(isChange(accessToken) && { accessToken: changesDocument(accessToken) }),
    ...(isChange(idToken) && { idToken: changesDocument(idToken) }),
    ...(isChange(m2mToken) && { m2mToken: changesDocument(m2mToken) }),
  }
}

function isChange(changes: ClaimChanges | undefined): changes is ClaimChanges {
  return changes !== undefined && Object.values(changes).some(({ length }) => length > 0)
}

function changesDocument({ added, changed, removed }: ClaimChanges) {
  return { added: [...added], changed: [...changed], removed: [...removed] }
}

function tokenDocument({ before, after }: TokenRun) {
  return { before, after: after ?? null }
}
