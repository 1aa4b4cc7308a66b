// One run as data, for people and scripts: `mintage run --json` prints it and a record of an invocation holds it. What a trigger's
// result adds is given by the part that fires the trigger. The schema is a promise: fields are added, never changed.
import { z } from 'zod'
import type { SourceLocation } from '../errors/index.ts'
import type { CallEntry } from '../runtime/index.ts'
import { decisionKinds } from './decision.ts'
import type { FailureText } from './failure.ts'
import { skipReasons, type TriggerRun, type TriggerStep } from './run-trigger.ts'

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

const lastGoodAge = z
  .int()
  .optional()
  .describe('How long ago the last good run was that stands in for one that failed, in seconds.')

const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  at: locationSchema.optional(),
  hint: z.string().optional(),
})

/**
 * `result` holds the fields that tell of the trigger's result, `stepResult` those that tell of one workflow's part in it, `endings` all
 * that its runs can end in.
 */
export function runDocumentSchemaOf<
  const Ending extends string,
  StepResult extends z.ZodRawShape,
  Result extends z.ZodRawShape,
>(endings: readonly Ending[], stepResult: StepResult, result: Result) {
  const stepSchema = z.object({
    workflow: z.string().describe('Id of the workflow.'),
    file: z.string(),
    skipped: z.enum(skipReasons).optional().describe('Why it did not run; the fields below are then absent.'),
    outcome: z.enum(endings).optional(),
    decision: z.enum(decisionKinds).optional(),
    lastGoodAgeSeconds: lastGoodAge,
    durationMs: z.number().optional(),
    error: errorSchema.optional(),
    ...stepResult,
  })
  return z.object({
    outcome: z
      .enum(endings)
      .describe(
        'What the run ended in: with several workflows, the one that denied or refused, else the first that failed.',
      ),
    decision: z.enum(decisionKinds).describe('What is done about it.'),
    lastGoodAgeSeconds: lastGoodAge,
    deployment: z.string().describe('Id of the deployment: a hash of everything that made it.'),
    durationMs: z.number(),
    ...result,
    denied: z.object({ reason: z.string() }).optional(),
    error: errorSchema.optional(),
    steps: z
      .array(stepSchema)
      .optional()
      .describe(
        'Each workflow of the trigger, in order. Absent in documents of before there could be several.',
      ),
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

/** `result` and `stepResult` are what the trigger's result adds; `redact` takes secrets out of every other text. */
export function runDocumentOf<
  Result,
  Ending extends string,
  Fields extends object,
  StepFields extends object,
>(
  deployment: string,
  run: TriggerRun<Result, Ending>,
  result: Fields,
  stepResult: (step: TriggerStep<Result, Ending>) => StepFields,
  redact: Redact,
) {
  return {
    outcome: run.ending,
    decision: run.decision.kind,
    ...ageOf(run.decision),
    deployment,
    durationMs: milliseconds(run.durationMs),
    ...result,
    ...(run.decision.kind === 'deny' && { denied: { reason: redact(run.decision.reason) } }),
    ...(run.failure && { error: errorDocument(run.failure, redact) }),
    steps: run.steps.map((step) => ({ ...stepDocument(step, redact), ...stepResult(step) })),
    log: run.log.map(({ level, text }) => ({ level, text: redact(text) })),
    calls: run.calls.map((call) => callDocument(call, redact)),
  }
}

function stepDocument<Ending extends string>(step: TriggerStep<unknown, Ending>, redact: Redact) {
  const { id: workflow, file } = step.workflow
  if ('skipped' in step) return { workflow, file, skipped: step.skipped }
  const { ending, decision, durationMs, failure } = step.run
  return {
    workflow,
    file,
    outcome: ending,
    decision: decision.kind,
    ...ageOf(decision),
    durationMs: milliseconds(durationMs),
    ...(failure && { error: errorDocument(failure, redact) }),
  }
}

function ageOf(decision: object): { lastGoodAgeSeconds?: number } {
  return 'ageSeconds' in decision && typeof decision.ageSeconds === 'number'
    ? { lastGoodAgeSeconds: decision.ageSeconds }
    : {}
}

function errorDocument({ code, message, at, hint }: FailureText, redact: Redact) {
  return { code, message: redact(message), ...place(at), hint }
}

/** Microseconds are the finest that is kept. */
function milliseconds(duration: number): number {
  return Math.round(duration * 1000) / 1000
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
