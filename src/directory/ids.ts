// How ids look. Prefixes keep the kinds apart: a user's id begins with `kp_`, a client_id has only hexadecimal digits, so no machine client can
// pass for a user (RFC 9700 §4.15, AS-16). Randomness is handed in.
import { createHash } from 'node:crypto'

/** Cryptographically strong bytes: `randomBytes` of node:crypto, seeded ones in a test. */
export type RandomBytes = (count: number) => Uint8Array

const prefixes = {
  user: 'kp_',
  identity: 'identity_',
  organization: 'org_',
  connection: 'conn_',
  invitation: 'invite_',
  invitationCode: 'inv_',
  role: 'role_',
  permission: 'perm_',
  featureFlag: 'flag_',
  property: 'prop_',
  propertyCategory: 'category_',
  api: 'api_',
  apiScope: 'scope_',
  apiKey: 'api_key_',
  subscriber: 'subscriber_',
  environmentVariable: 'env_var_',
  webhook: 'webhook_',
  billingPlan: 'plan_',
  agreement: 'agreement_',
  entitlement: 'entitlement_',
  usageRecord: 'usage_',
} as const
export type IdKind = keyof typeof prefixes

/** An organization's code is shown and typed; 16 digits are short and still never drawn twice. */
const hexDigits: Partial<Record<IdKind, number>> = { organization: 16 }

export function newId(kind: IdKind, random: RandomBytes): string {
  return prefixes[kind] + hex(random, hexDigits[kind] ?? 32)
}

export function newClientId(random: RandomBytes): string {
  return hex(random, 32)
}

/**
 * The id of what is declared by name. The same name gives the same id, so two processes that apply one file at once write one
 * record and not two.
 */
export function declaredId(kind: IdKind, name: string): string {
  return prefixes[kind] + digest(`${kind}:${name}`).slice(0, hexDigits[kind] ?? 32)
}

export function declaredClientId(name: string): string {
  return digest(`application:${name}`).slice(0, 32)
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const secretLength = 48

/** 48 letters and digits, 285 bits. Kinde's SDKs refuse secrets that are not `^[a-zA-Z0-9]{40,60}$` (C§2). */
export function newClientSecret(random: RandomBytes): string {
  let secret = ''
  while (secret.length < secretLength) {
    for (const byte of random(secretLength)) {
      // 248 is the largest multiple of 62 in a byte: larger ones would favour the first letters.
      if (byte < 248 && secret.length < secretLength) secret += alphabet.charAt(byte % alphabet.length)
    }
  }
  return secret
}

function hex(random: RandomBytes, digits: number): string {
  return Buffer.from(random(Math.ceil(digits / 2)))
    .toString('hex')
    .slice(0, digits)
}

function digest(text: string): string {
  return createHash('sha256').update(`mintage:${text}`).digest('hex')
}
