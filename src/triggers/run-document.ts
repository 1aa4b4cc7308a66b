// One run as data, for people and scripts: `mintage run --json` prints it and a record of an invocation holds it. What a trigger's
// result adds is given by the part that fires the trigger. The schema is a promise: fields are added, never changed.
import { z } from 'zod'
import type { SourceLocation } from '../errors/index.ts'
import type { CallEntry } from '../runtime/index.ts'
import { decisionKinds } from './decision.ts'
import type { TriggerRun } from './run-trigger.ts'

export const locationSchema = z
  .object({ file: z.string(), line: z.int().optional(), column: z.int().optional() })
  .describe('A place in the author’s files; line and column count from 1.')

const replaySchema = z.object({
  identical: z.boolean(),
  difference: z
    .string()
    .optional()
    .describe('The first difference from the recording, or from what a case expects.'),
})

/** `result` holds the fields that tell of the trigger's result, `endings` all that its runs can end in. */
export function runDocumentSchemaOf<const Ending extends string, Result extends z.ZodRawShape>(
  endings: readonly Ending[],
  result: Result,
) {
  return z.object({
    outcome: z.enum(endings).describe('What the run ended in.'),
    decision: z.enum(decisionKinds).describe('What is done about it.'),
    deployment: z.string().describe('Id of the deployment: a hash of everything that made it.'),
    durationMs: z.number(),
    ...result,
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
    replay: replaySchema
      .optional()
      .describe('Only with --replay, and with a case that says what it expects.'),
  })
}

type Redact = (text: string) => string

/** `result` is what the trigger's result adds; `redact` takes secrets out of every other text. */
export function runDocumentOf<Ending extends string, Fields extends object>(
  deployment: string,
  run: TriggerRun<unknown, Ending>,
  result: Fields,
  redact: Redact,
) {
  return {
    outcome: run.ending,
    decision: run.decision.kind,
    deployment,
    durationMs: Math.round(run.durationMs * 1000) / 1000,
    ...result,
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

function callDocument({ method, url, status, durationMs, answeredBy, error }: CallEntry, redact: Redact) {
  return {
    method,
    url: redact(url),
    ...(status !== undefined && { status }),
    durationMs: Math.round(durationMs),
    ...(answeredBy !== undefined && { answeredBy: redact(answeredBy) }),
    ...(error && { error: { code: error.code, message: redact(error.message) } }),
  }
}

/** The member `at` of a document. */
export function place(at: SourceLocation | undefined): { at?: z.infer<typeof locationSchema> } {
  if (!at) return {}
  const { file, line, column } = at
  return { at: { file, ...(line !== undefined && { line }), ...(column !== undefined && { column }) } }
}
