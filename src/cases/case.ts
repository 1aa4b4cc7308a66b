// A case: one invocation as a file that travels, to be kept beside its workflows as a test. It holds what the invocation got (event, default
// claims, environment, clock, randomness, answers, rules) and what came of it. `mintage logs show ID --case` writes one with secrets and
// personal data masked; `mintage run` and the test kit read it. The format has a version: version 1, which holds one workflow, is still
// read, and an unknown one is refused, never guessed at.
import { z } from 'zod'
import { ConfigError, errorCodes, type ErrorCode } from '../errors/index.ts'
import { tokenKinds } from '../oauth/index.ts'
import { defaultLimits, type GivenToRun, type RunLimits } from '../runtime/index.ts'
import { hostCallKinds } from '../runtime/host-calls/index.ts'
import { requestRules } from '../tokens/index.ts'
import { restingBreaker, type Breaker } from '../triggers/index.ts'
import { firedTriggers } from '../triggers/registry/index.ts'

const caseVersion = 2

const jsonObject = z.record(z.string(), z.json())

const codes = Object.keys(errorCodes) as ErrorCode[]
const failureSchema = z.strictObject({ code: z.enum(codes), message: z.string() })

const callAnswerSchema = z
  .strictObject({
    kind: z.enum(hostCallKinds).default('fetch').describe('What the workflow called; fetch when left out.'),
    method: z.string().optional().describe('Any method when left out.'),
    url: z.string().optional().describe('The address of the call; each * stands for any characters.'),
    status: z.int().min(100).max(599).optional().describe('200 when left out.'),
    statusText: z.string().optional(),
    headers: z.array(z.tuple([z.string(), z.string()])).optional(),
    body: z.json().optional().describe('A string as it is, anything else as JSON.'),
    bodyBase64: z.string().optional().describe('The bytes of a body that is not text.'),
    redirectedTo: z.string().optional().describe('The address that answered, after redirects.'),
    value: z.json().optional().describe('What the token cache answered; for its two kinds of calls.'),
    error: failureSchema.optional().describe('How the call failed, in place of an answer.'),
  })
  .describe('The answer to one outgoing call.')

const expectedSchema = z.strictObject({
  outcome: z.string(),
  decision: z.string(),
  tokens: z
    .partialRecord(z.enum(tokenKinds), jsonObject.nullable())
    .describe('The claims of each token after the workflow; null when none was issued.'),
  denied: z.strictObject({ reason: z.string() }).optional(),
  error: z.strictObject({ code: z.string() }).optional(),
})

const limitNames = Object.keys(defaultLimits) as (keyof typeof defaultLimits)[]

const clockSchema = z.iso.datetime({ offset: true, precision: 3 }).optional()
const seedSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .optional()

const workflowSchema = z.strictObject({
  id: z.string(),
  file: z.string().optional().describe('Its file in its project.'),
  clock: clockSchema.describe(
    'When its run started. When left out, that of the first workflow; the present when that has none.',
  ),
  seed: seedSchema.describe(
    '32 bytes as hex: the source of its randomness. When left out, that of the first workflow; new in each run when that has none.',
  ),
  isResting: z
    .boolean()
    .optional()
    .describe('Whether its circuit breaker was open, so that it did not run and failed at once.'),
})

const caseSchema = z.strictObject({
  version: z.literal(caseVersion),
  trigger: z.enum(firedTriggers),
  workflows: z.array(workflowSchema).min(1).describe('Those of the trigger, in the order in which they run.'),
  invocation: z.string().optional().describe('Where the case comes from.'),
  event: jsonObject,
  before: z.partialRecord(z.enum(tokenKinds), jsonObject).describe('The default claims of each token.'),
  environment: z.record(z.string(), z.strictObject({ value: z.string(), isSecret: z.boolean() })).default({}),
  localization: z.record(z.string(), z.string()).default({}),
  limits: z
    .partialRecord(z.enum(limitNames), z.int().min(0))
    .optional()
    .describe('Limits that differ from the defaults.'),
  ...requestRules,
  answers: z
    .array(callAnswerSchema)
    .default([])
    .describe('Those of one method and address are given in their order, and the last one again.'),
  expected: expectedSchema.optional().describe('What the recorded invocation ended in.'),
})

/** Of one workflow, with its clock and seed beside the rest. */
const caseSchema1 = caseSchema
  .omit({ workflows: true })
  .extend({
    version: z.literal(1),
    workflow: workflowSchema.pick({ id: true, file: true }),
    clock: clockSchema,
    seed: seedSchema,
  })
  .transform(({ workflow, clock, seed, ...rest }): Case => ({
    ...rest,
    version: caseVersion,
    workflows: [{ ...workflow, clock, seed }],
  }))

export type Case = z.infer<typeof caseSchema>
export type CaseAnswer = z.infer<typeof callAnswerSchema>
export type CaseExpectation = z.infer<typeof expectedSchema>

/** The JSON Schema of a case, as docs/reference/case.schema.json holds it. */
export function caseJsonSchema(): object {
  return { title: 'A case of a Mintage workflow', ...z.toJSONSchema(caseSchema, { io: 'input' }) }
}

/** `file` is for the errors. Throws ConfigError `case_version_unknown` and `case_invalid`, which names the field. */
export function parseCase(json: unknown, file: string): Case {
  const version = z.looseObject({ version: z.json() }).safeParse(json).data?.version
  if (version !== undefined && version !== 1 && version !== caseVersion) {
    const shown = JSON.stringify(version).slice(0, 40)
    throw new ConfigError(
      'case_version_unknown',
      `${file} is a case of version ${shown}; this Mintage reads versions 1 to ${caseVersion}.`,
      {
        at: { file },
        hint:
          typeof version === 'number' && version > caseVersion
            ? 'Update Mintage, or write the case again with this version: mintage logs show ID --case.'
            : `Write the case again with this version: mintage logs show ID --case > ${file}.`,
      },
    )
  }
  const parsed = (version === 1 ? caseSchema1 : caseSchema).safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = issue?.path.join('.') ?? ''
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : undefined
  const what =
    unknown === undefined
      ? `${field === '' ? 'the file' : field}: ${issue?.message ?? 'unexpected'}`
      : `${field === '' ? '' : `${field}: `}unknown ${unknown}`
  throw new ConfigError('case_invalid', `${file} is not a case: ${what}.`, {
    at: { file },
    hint: 'Make one with mintage logs show ID --case, or see docs/reference/case-json.md.',
  })
}

/** Clock, in milliseconds since the epoch, and randomness of a workflow; what the case does not say of it is as for its first workflow. */
export function momentOf({ workflows }: Case, workflowId: string): Pick<GivenToRun, 'seed' | 'startedAtMs'> {
  const [first] = workflows
  const own = workflows.find(({ id }) => id === workflowId)
  const clock = own?.clock ?? first?.clock
  const seed = own?.seed ?? first?.seed
  return {
    ...(clock !== undefined && { startedAtMs: Date.parse(clock) }),
    ...(seed !== undefined && { seed }),
  }
}

/** The breaker as it was: workflows that rested rest again. */
export function breakerOf({ workflows }: Case): Breaker {
  return restingBreaker(workflows.flatMap(({ id, isResting }) => (isResting === true ? [id] : [])))
}

export function limitsOf({ limits = {} }: Case): RunLimits {
  return { ...defaultLimits, ...limits }
}
