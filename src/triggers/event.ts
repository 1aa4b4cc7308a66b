// An event of a trigger that was checked against its row in the registry, together with the JSON that the workflow is given.
import { z } from 'zod'
import { ConfigError } from '../errors/index.ts'
import type { JsonObject } from '../oauth/index.ts'
import { findTrigger, type EventFields, type TriggerKey } from './registry/index.ts'

/** Of one trigger, or of any of several, distinguished by `trigger`. */
export type TriggerEvent<Key extends TriggerKey = TriggerKey> = {
  readonly [One in Key]: {
    readonly trigger: One
    readonly json: JsonObject
    readonly fields: EventFields<One>
  }
}[Key]

const triggerField = z.looseObject({
  context: z.looseObject({ workflow: z.looseObject({ trigger: z.string() }) }),
})

/** Throws ConfigError `event_invalid`, which names the first wrong field by its path. */
export function parseEvent<Key extends TriggerKey>(
  json: JsonObject,
  trigger: Key,
  file: string,
): TriggerEvent<Key> {
  const named = triggerField.safeParse(json)
  if (named.success && named.data.context.workflow.trigger !== trigger) {
    throw new ConfigError(
      'event_invalid',
      `The event is for ${JSON.stringify(named.data.context.workflow.trigger)}, the workflow for ${JSON.stringify(trigger)}.`,
      { at: { file }, hint: 'Use an event of the workflow’s trigger: see context.workflow.trigger.' },
    )
  }
  const parsed = findTrigger(trigger)?.event.safeParse(json)
  // The compiler does not follow a key to the schema in its row.
  if (parsed?.success === true) return { trigger, json, fields: parsed.data } as unknown as TriggerEvent<Key>
  const [issue] = parsed?.error.issues ?? []
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
