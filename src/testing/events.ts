// The events of a test: those of a sign-in, a refresh and a machine's request, as a server makes them, with what a test says otherwise.
import { ConfigError, nearest } from '../errors/index.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../oauth/index.ts'
import { m2mTokenEvent, userTokensEvent } from '../triggers/index.ts'

/** The event of `user:tokens_generation`: docs/reference/events.md describes each member. */
export interface UserTokensEvent {
  request: {
    auth: { audience: string[]; scope: string[]; grantType: string }
    authUrlParams: Record<string, string>
    ip: string
    userAgent?: string
  }
  context: {
    auth: {
      origin: 'authorization_request' | 'refresh_token_request'
      isExistingSession: boolean
      connectionId?: string
    }
    domains: { kindeDomain: string }
    application: { clientId: string }
    user: { id: string; identityId?: string }
    /** Absent when the user signed in to no organization. */
    organization?: { code: string }
    workflow: { trigger: 'user:tokens_generation' }
  }
}

/** The event of `m2m:token_generation`: docs/reference/events.md describes each member. */
export interface M2mTokenEvent {
  request: { auth: { audience: string[]; scope: string[] }; ip: string }
  context: {
    domains: { kindeDomain: string }
    application: { clientId: string }
    workflow: { trigger: 'm2m:token_generation' }
  }
}

export type WorkflowEvent = UserTokensEvent | M2mTokenEvent

/** Members of an event that differ from the usual one, at any depth. `undefined` leaves an optional member out. */
export type EventOverrides<Event> = {
  [Name in keyof Event]?:
    | (Event[Name] extends readonly unknown[] | string | boolean | undefined
        ? Event[Name]
        : EventOverrides<Event[Name]>)
    | undefined
}

const domain = 'https://example.kinde.com'
const audiences = ['https://api.example.com']
const ip = '192.0.2.10'
const scopes = ['openid', 'profile', 'email', 'offline']

const signIn = {
  issuer: domain,
  origin: 'authorization_request',
  grantType: 'authorization_code',
  isExistingSession: false,
  connectionId: 'conn_password',
  clientId: '3f1c9a0b7d2e4c58a6b1e0f4d9c27a35',
  userId: 'kp_ada',
  identityId: 'identity_ada_email',
  organizationCode: 'org_engines',
  audiences,
  scopes,
  authUrlParams: { clientId: '3f1c9a0b7d2e4c58a6b1e0f4d9c27a35', scope: scopes.join(' ') },
  ip,
  userAgent: 'Mozilla/5.0',
} as const

/**
 * The event of a sign-in of a user to an organization.
 *
 * @param overrides what differs, such as `{ context: { user: { id: 'kp_1' }, organization: undefined } }`.
 * @throws ConfigError `event_invalid` for a member that no event has.
 */
export function signInEvent(overrides: EventOverrides<UserTokensEvent> = {}): UserTokensEvent {
  return eventOf(userTokensEvent(signIn).json, overrides)
}

/**
 * The event of a refresh of the same user's tokens.
 *
 * @param overrides what differs, such as `{ context: { application: { clientId: 'c1' } } }`.
 * @throws ConfigError `event_invalid` for a member that no event has.
 */
export function refreshEvent(overrides: EventOverrides<UserTokensEvent> = {}): UserTokensEvent {
  const refresh = {
    origin: 'refresh_token_request',
    grantType: 'refresh_token',
    isExistingSession: true,
  } as const
  return eventOf(userTokensEvent({ ...signIn, ...refresh }).json, overrides)
}

/**
 * The event of a machine that asks for a token with `client_credentials`.
 *
 * @param overrides what differs, such as `{ request: { auth: { scope: ['read:reports'] } } }`.
 * @throws ConfigError `event_invalid` for a member that no event has.
 */
export function m2mEvent(overrides: EventOverrides<M2mTokenEvent> = {}): M2mTokenEvent {
  const clientId = '8b6e2d40c1f94a7f9e35d0a2b7c4f681'
  const event = m2mTokenEvent({ issuer: domain, clientId, audiences, scopes: ['read:reports'], ip })
  return eventOf(event.json, overrides)
}

/** The usual events have every member that an event may have, so their members are the ones that an override may name. */
function eventOf<Event>(usual: JsonObject, overrides: EventOverrides<Event>): Event {
  if (!isJsonObject(overrides))
    throw new ConfigError(
      'event_invalid',
      `What differs in an event is an object, got ${kindOf(overrides)}.`,
      {
        hint: "Name the members that differ, such as { context: { user: { id: 'kp_1' } } }.",
      },
    )
  return merged(usual, overrides, '') as Event
}

/** Members of it are the authorization request's parameters: any names. */
const openMember = 'request.authUrlParams'

function merged(usual: JsonObject, overrides: JsonObject, path: string): JsonObject {
  const result: Record<string, JsonValue> = { ...usual }
  for (const [name, value] of Object.entries(overrides) as [string, JsonValue | undefined][]) {
    const here = path === '' ? name : `${path}.${name}`
    const known = Object.hasOwn(usual, name) ? usual[name] : undefined
    if (known === undefined && path !== openMember) throw unknownMember(here, name, Object.keys(usual))
    const expected = kindOf(known ?? '')
    if (value === undefined) delete result[name]
    else if (kindOf(value) !== expected)
      throw new ConfigError('event_invalid', `${here}: expected ${expected}, got ${kindOf(value)}.`)
    else result[name] = isJsonObject(known) && isJsonObject(value) ? merged(known, value, here) : value
  }
  return result
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function unknownMember(path: string, name: string, known: readonly string[]): ConfigError {
  const meant = nearest(name, known)
  return new ConfigError('event_invalid', `${path}: an event of this trigger has no such member.`, {
    hint: meant === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean ${meant}?`,
  })
}
