// The types of events, as `GET /event_types` lists them: each with a JSON Schema (2020-12) of its `data` in Kinde's form (C§12).
import { hash } from 'node:crypto'
import { nearest } from '../errors/index.ts'
import type { JsonObject } from '../oauth/index.ts'
import { eventTypes, knownEventTypes } from '../store/index.ts'

export interface EventTypeDocument {
  /** `et_…` */
  readonly id: string
  readonly code: string
  readonly name: string
  readonly origin: 'kinde'
  readonly schema: JsonObject
}

const text = { type: 'string' }
const textOrNull = { type: ['string', 'null'] }
const switched = { type: 'boolean' }

function object(properties: Readonly<Record<string, JsonObject>>): JsonObject {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}

function listOrNull(items: JsonObject): JsonObject {
  return { type: ['array', 'null'], items }
}

const held = listOrNull(object({ id: text, key: text }))
const user = object({
  id: text,
  email: textOrNull,
  first_name: textOrNull,
  last_name: textOrNull,
  username: textOrNull,
  phone: textOrNull,
  is_suspended: switched,
  is_password_reset_requested: switched,
  organizations: listOrNull(object({ code: text, roles: held, permissions: held })),
})
const organization = { code: text, name: text, handle: textOrNull, external_id: textOrNull }
const named = { id: text, key: text, name: text, description: textOrNull }
const role = object({ ...named, is_default_role: switched })
const permission = object(named)
const byId = object({ id: text })

const agreement = {
  customer: byId,
  customer_id: text,
  org_code: textOrNull,
  user_id: textOrNull,
  agreement_id: text,
  plan: object({ code: text, name: text }),
}
const number = { type: 'number' }

/** The schema of `data`, by the type. */
const schemas: Readonly<Record<(typeof eventTypes)[number], JsonObject>> = {
  'user.created': object({ user }),
  'user.updated': object({ user }),
  'user.deleted': object({ user: byId }),
  'user.authenticated': object({ user: byId }),
  'user.authentication_failed': object({ user: byId }),
  'organization.created': object({ organization: object(organization) }),
  'organization.updated': object({
    organization: object({ ...organization, is_allow_registrations: { type: ['boolean', 'null'] } }),
  }),
  'organization.deleted': object({ organization: object({ code: text }) }),
  'role.created': object({ role }),
  'role.updated': object({ role }),
  'role.deleted': object({ role: byId }),
  'permission.created': object({ permission }),
  'permission.updated': object({ permission }),
  'permission.deleted': object({ permission: byId }),
  'customer.agreement_created': object(agreement),
  'customer.agreement_cancelled': object(agreement),
  'customer.plan_assigned': object(agreement),
  'customer.plan_changed': object(agreement),
  'customer.meter_usage_updated': object({
    ...agreement,
    feature_code: text,
    meter_type_code: { type: 'string', enum: ['absolute', 'delta'] },
    meter_value: number,
    meter_usage_timestamp: text,
    quantity: number,
  }),
}

export const eventTypeDocuments: readonly EventTypeDocument[] = knownEventTypes.map((code) => ({
  id: `et_${hash('sha256', code).slice(0, 32)}`,
  code,
  name: nameOf(code),
  origin: 'kinde',
  schema: schemaOf(code),
}))

/** `user.authentication_failed`: `User authentication failed`. */
function nameOf(code: string): string {
  const words = code.replaceAll(/[._]/g, ' ')
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

/** A receiver may look the schema up by its id, which is Kinde's. */
function schemaOf(code: string): JsonObject {
  const identity = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `https://kinde.com/${code}.schema.json`,
  }
  const type = eventTypes.find((one) => one === code)
  if (type === undefined)
    return { ...identity, description: 'Mintage never sends an event of this type.', type: 'object' }
  return { ...identity, ...schemas[type] }
}

/** Why a webhook cannot ask for a type; undefined when it can. */
export function eventTypeProblem(code: string): string | undefined {
  if (knownEventTypes.includes(code)) return undefined
  const meant = nearest(code, knownEventTypes)
  return `“${code}” is not an event type${meant === undefined ? '' : `; did you mean ${meant}?`}`
}
