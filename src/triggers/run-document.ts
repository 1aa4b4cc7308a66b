// One run as `mintage run --json` prints it. The schema is a promise to scripts: docs/reference/run.schema.json is made
// from it (a test fails when they part) and docs/reference/run-json.md explains it. Fields are added, never changed.
import { z } from 'zod'
import type { SourceLocation } from '../errors/index.ts'
import type { CallEntry } from '../runtime/index.ts'
import { decisionKinds } from './decision.ts'
import { runEndings, type TokenRun, type TriggerRun } from './run-trigger.ts'

const locationSchema = z
  .object({ file: z.string(), line: z.int().optional(), column: z.int().optional() })
  .describe('A place in the author’s files; line and column count from 1.')

const claimsSchema = z.record(z.string(), z.json())

const tokenSchema = z.object({
  before: claimsSchema.describe('The default claims.'),
  after: claimsSchema.nullable().describe('The claims that would be issued; null when no token is.'),
})

const replaySchema = z.object({
  identical: z.boolean(),
  difference: z.string().optional().describe('The first difference from the recording.'),
})

export const runDocumentSchema = z.object({
  outcome: z.enum(runEndings).describe('What the run ended in.'),
  decision: z.enum(decisionKinds).describe('What is done about it.'),
  deployment: z.string().describe('Id of the deployment: a hash of everything that made it.'),
  durationMs: z.number(),
  accessToken: tokenSchema.optional(),
  idToken: tokenSchema.optional(),
  m2mToken: tokenSchema.optional(),
  refused: z.array(
    z.object({
      token: z.enum(['accessToken', 'idToken', 'm2mToken']),
      claim: z.string(),
      at: locationSchema.optional(),
    }),
  ),
  denied: z.object({ reason: z.string() }).optional(),
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      at: locationSchema.optional(),
      hint: z.string().optional(),
    })
    .optional(),
  log: z.array(z.object({ level: z.enum(['debug', 'info', 'warn', 'error']), text: z.string() })),
  calls: z.array(
    z.object({
      method: z.string(),
      url: z.string(),
      status: z.int().optional().describe('Absent when there was no answer; error then says why.'),
      durationMs: z.number(),
      answeredBy: z.string().optional().describe('The rule of --answer that stood in for the server.'),
      error: z.object({ code: z.string(), message: z.string() }).optional(),
    }),
  ),
  replay: replaySchema.optional().describe('Only with --replay.'),
})

export type RunDocument = z.infer<typeof runDocumentSchema>

/** The JSON Schema of the document, as docs/reference/run.schema.json holds it. */
export function runDocumentJsonSchema(): object {
  return { title: 'mintage run --json', ...z.toJSONSchema(runDocumentSchema) }
}

/** `redact` takes secrets out of every text that is not a claim; claims are shown as they would be issued. */
export function runDocument(
  deployment: string,
  run: TriggerRun,
  redact: (text: string) => string,
): RunDocument {
  const { accessToken, idToken, m2mToken } = run.tokens
  return {
    outcome: run.ending,
    decision: run.decision.kind,
    deployment,
    durationMs: Math.round(run.durationMs * 1000) / 1000,
    ...(accessToken && { accessToken: tokenDocument(accessToken) }),
    ...(idToken && { idToken: tokenDocument(idToken) }),
    ...(m2mToken && { m2mToken: tokenDocument(m2mToken) }),
    refused: run.refused.map(({ token, claim, at }) => ({ token, claim, ...place(at) })),
    ...(run.decision.kind === 'deny' && { denied: { reason: redact(run.decision.reason) } }),
    ...(run.failure && {
      error: {
        code: run.failure.code,
        message: redact(run.failure.message),
        ...place(run.failure.at),
        hint: run.failure.hint,
      },
    }),
    log: run.log.map(({ level, text }) => ({ level, text: redact(text) })),
    calls: run.calls.map((call) => callDocument(call, redact)),
  }
}

function tokenDocument({ before, after }: TokenRun) {
  return { before, after: after ?? null }
}

function callDocument(
  { method, url, status, durationMs, answeredBy, error }: CallEntry,
  redact: (text: string) => string,
) {
  return {
    method,
    url: redact(url),
    ...(status !== undefined && { status }),
    durationMs: Math.round(durationMs),
    ...(answeredBy !== undefined && { answeredBy: redact(answeredBy) }),
    ...(error && { error: { code: error.code, message: redact(error.message) } }),
  }
}

function place(at: SourceLocation | undefined): { at?: RunDocument['refused'][number]['at'] & object } {
  if (!at) return {}
  const { file, line, column } = at
  return { at: { file, ...(line !== undefined && { line }), ...(column !== undefined && { column }) } }
}
