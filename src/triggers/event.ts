// The events of the token triggers (C§7) as they come from a file: the fields that a workflow may rely on are checked,
// others are passed on, because Kinde adds fields and workflows in the wild read some that are documented nowhere.
import { z } from 'zod'
import { ConfigError } from '../errors/index.ts'
import type { JsonObject } from '../oauth/index.ts'
import type { TokenTrigger } from '../tokens/index.ts'

/** A full origin without a trailing slash: createKindeAPI puts paths behind it (C§6.7). */
const kindeDomain = z
  .string()
  .regex(/^https?:\/\/[^/\s]+$/, 'expected an origin such as https://example.kinde.com')

const userTokensEvent = z.looseObject({
  request: z.looseObject({
    auth: z.looseObject({ audience: z.array(z.string()) }).optional(),
    ip: z.string(),
    userAgent: z.string().optional(),
  }),
  context: z.looseObject({
    domains: z.looseObject({ kindeDomain }),
    auth: z.looseObject({
      origin: z.enum(['authorization_request', 'refresh_token_request']),
      isExistingSession: z.boolean(),
      connectionId: z.string().optional(),
    }),
    application: z.looseObject({ clientId: z.string() }),
    user: z.looseObject({ id: z.string(), identityId: z.string().optional() }),
    /** Absent, or without a code, when the user signed in to no organization. */
    organization: z.looseObject({ code: z.string().nullish() }).nullish(),
    workflow: z.looseObject({ trigger: z.literal('user:tokens_generation') }),
  }),
})

const m2mTokenEvent = z.looseObject({
  request: z.looseObject({
    auth: z.looseObject({ audience: z.array(z.string()), scope: z.array(z.string()).optional() }),
    ip: z.string(),
  }),
  context: z.looseObject({
    domains: z.looseObject({ kindeDomain }),
    application: z.looseObject({ clientId: z.string() }),
    workflow: z.looseObject({ trigger: z.literal('m2m:token_generation') }),
  }),
})

const eventSchemas = {
  'user:tokens_generation': userTokensEvent,
  'm2m:token_generation': m2mTokenEvent,
} as const satisfies Record<TokenTrigger, z.ZodType>

export type UserTokensEvent = z.infer<typeof userTokensEvent>
export type M2mTokenEvent = z.infer<typeof m2mTokenEvent>

/** An event that was checked, together with the JSON that the workflow is given. */
export type TokenEvent = { readonly json: JsonObject } & (
  | { readonly trigger: 'user:tokens_generation'; readonly fields: UserTokensEvent }
  | { readonly trigger: 'm2m:token_generation'; readonly fields: M2mTokenEvent }
)

const triggerField = z.looseObject({
  context: z.looseObject({ workflow: z.looseObject({ trigger: z.string() }) }),
})

/** Throws ConfigError `event_invalid`, which names the first wrong field by its path. */
export function parseTokenEvent(json: JsonObject, trigger: TokenTrigger, file: string): TokenEvent {
  const named = triggerField.safeParse(json)
  if (named.success && named.data.context.workflow.trigger !== trigger) {
    throw new ConfigError(
      'event_invalid',
      `The event is for ${JSON.stringify(named.data.context.workflow.trigger)}, the workflow for ${JSON.stringify(trigger)}.`,
      { at: { file }, hint: 'Use an event of the workflow’s trigger: see context.workflow.trigger.' },
    )
  }
  if (trigger === 'user:tokens_generation') {
    return { trigger, json, fields: parseFields(eventSchemas[trigger], json, file) }
  }
  return { trigger, json, fields: parseFields(eventSchemas[trigger], json, file) }
}

function parseFields<Fields>(schema: z.ZodType<Fields>, json: JsonObject, file: string): Fields {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const path = issue?.path.join('.') ?? ''
  throw new ConfigError(
    'event_invalid',
    `${path || 'event'}: ${describeIssue(issue, valueAt(json, issue?.path ?? []))}`,
    {
      at: { file },
      hint: 'Correct this field of the event; the events are described in docs/reference/events.md.',
    },
  )
}

function describeIssue(issue: z.core.$ZodIssue | undefined, value: unknown): string {
  if (value === undefined) return 'is missing.'
  const got = JSON.stringify(value).slice(0, 80)
  if (issue?.code === 'invalid_value') {
    return `expected ${issue.values.map((allowed) => JSON.stringify(allowed)).join(' or ')}, got ${got}.`
  }
  if (issue?.code === 'invalid_type') return `expected ${article(issue.expected)}, got ${got}.`
  return `${issue?.message ?? 'is wrong'}, got ${got}.`
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    json,
  )
}
