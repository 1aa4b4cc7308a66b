// Events and default claims that are valid and rare: users without names, without an organization or with 300 roles, other scripts, emoji,
// long values. fast-check draws them by a seed and shrinks one that breaks a workflow to the smallest that still does.
import fc from 'fast-check'
import { accessTokenOptIns, idTokenOptIns, type ApplicationRecord } from '../store/index.ts'
import { m2mTokenClaims, userTokenClaims, type MintRequest, type TokenTrigger } from '../tokens/index.ts'
import { m2mTokenEvent, userTokensEvent } from '../triggers/index.ts'

export type FuzzedApplication = Pick<ApplicationRecord, 'customization'>

export interface FuzzMoment {
  readonly startedAtMs: number
}

const issuer = 'https://auth.example.com'
const lifetimes = { accessToken: 86_400, idToken: 3_600 }

/** An application that switches on every claim, as the sample user of `mintage run` has them. */
export const fullApplication: FuzzedApplication = {
  customization: { accessToken: accessTokenOptIns, idToken: idTokenOptIns, properties: [] },
}

const tricky = [
  'Ada',
  '',
  ' ',
  'O’Brien-Łukasiewicz',
  'محمد',
  '李小龍',
  'Ελένη',
  'नमस्ते',
  'İstanbul ß',
  '👩‍👩‍👧‍👦',
  '🏳️‍🌈 Zoë',
  'null',
  '__proto__',
  'constructor',
  '<script>alert(1)</script>',
  '"quoted" \\ back`tick`',
  '\u202Eright to left',
  'zero\u200Bwidth',
]

/** What a person may write into a field: a familiar name, any characters of any script, or something long. */
function text(most: number): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...tricky) },
    { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: most / 2, maxLength: most }) },
  )
}

const hexDigit = fc.constantFrom(
  '0',
  '1',
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  '8',
  '9',
  'a',
  'b',
  'c',
  'd',
  'e',
  'f',
)
const hex = (length: number) => fc.string({ unit: hexDigit, minLength: length, maxLength: length })
const key = fc.stringMatching(/^[a-z][a-z0-9_]{0,30}$/)
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null, freq: 3 })
/** As many as a number says: it shrinks in a few steps, where each item of a drawn list would shrink by itself. */
function many<Item>(most: number, item: (name: string, index: number) => Item): fc.Arbitrary<Item[]> {
  const count = fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: Math.min(most, 4) }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: most }) },
  )
  return fc
    .tuple(count, text(100))
    .map(([items, name]) => Array.from({ length: items }, (_, index) => item(name, index)))
}

const email = fc.oneof(
  fc.constantFrom('ada@example.com', 'a@b.co', 'name+tag@sub.example.org', 'ÄÖÜ@example.com'),
  fc.emailAddress(),
)

const user = fc.record({
  id: hex(32).map((digits) => `kp_${digits}`),
  email: orNull(email),
  isEmailVerified: fc.boolean(),
  firstName: orNull(text(200)),
  lastName: orNull(text(200)),
  picture: orNull(fc.webUrl()),
  username: orNull(text(100)),
  phone: orNull(fc.constantFrom('+441632960961', '+12025550123')),
  isPhoneVerified: fc.boolean(),
  providedId: orNull(text(200)),
  updatedAtSeconds: fc.integer({ min: 0, max: 4_000_000_000 }),
})

const organization = fc.record({
  code: hex(16).map((digits) => `org_${digits}`),
  name: text(100),
  externalId: orNull(text(200)),
})

const roles = many(300, (name, index) => ({
  id: `role_${String(index)}`,
  key: `role_${String(index)}`,
  name,
}))
const permissions = many(300, (_, index) => `do:thing_${String(index)}`)

const flags = fc.dictionary(
  key,
  fc.oneof(
    fc.boolean().map((v) => ({ t: 'b', v })),
    fc.integer().map((v) => ({ t: 'i', v })),
    text(1_000).map((v) => ({ t: 's', v })),
  ),
  { maxKeys: 5 },
)

const properties = fc.dictionary(
  key.map((name) => `kp_${name}`),
  fc.oneof(
    text(2_000).map((v) => ({ v })),
    fc.constant({}),
  ),
  { maxKeys: 5 },
)

const scopes = fc.subarray(['profile', 'email', 'phone', 'offline']).map((more) => ['openid', ...more])
const audiences = fc.uniqueArray(fc.webUrl({ validSchemes: ['https'] }), { maxLength: 3 })
const ip = fc.oneof(fc.ipV4(), fc.ipV6())
const applicationOf = (applications: readonly FuzzedApplication[]) =>
  fc.constantFrom(...(applications.length > 0 ? applications : [fullApplication]))

/** What a token request of the trigger may be; the event and the claims tell the same. */
export function arbitraryRequest(
  trigger: TokenTrigger,
  applications: readonly FuzzedApplication[],
  { startedAtMs }: FuzzMoment,
): fc.Arbitrary<MintRequest> {
  const nowSeconds = Math.floor(startedAtMs / 1_000)
  return trigger === 'm2m:token_generation'
    ? machineRequest(applications, nowSeconds)
    : userRequest(applications, nowSeconds)
}

function userRequest(
  applications: readonly FuzzedApplication[],
  nowSeconds: number,
): fc.Arbitrary<MintRequest> {
  return fc
    .record({
      application: applicationOf(applications),
      clientId: hex(32),
      user,
      organization: orNull(organization),
      otherOrganizations: many(100, (name, index) => ({
        code: `org_${String(index).padStart(16, '0')}`,
        name,
        externalId: null,
      })),
      identityId: orNull(hex(32)),
      connectionId: orNull(hex(32).map((digits) => `conn_${digits}`)),
      roles,
      permissions,
      featureFlags: flags,
      userProperties: properties,
      organizationProperties: properties,
      applicationProperties: properties,
      origin: fc.constantFrom('authorization_request', 'refresh_token_request'),
      isExistingSession: fc.boolean(),
      scopes,
      audiences,
      nonce: orNull(fc.base64String({ maxLength: 30 })),
      ip,
      userAgent: orNull(text(500)),
      authUrlParams: fc.dictionary(fc.constantFrom('lang', 'loginHint', 'orgCode', 'state'), text(512)),
    })
    .map((drawn) => {
      const { origin, user: person, organization: inOrganization } = drawn
      const isRefresh = origin === 'refresh_token_request'
      return {
        before: userTokenClaims({
          issuer,
          clientId: drawn.clientId,
          nowSeconds,
          lifetimes,
          jti: { accessToken: 'access-token-jti', idToken: 'id-token-jti' },
          scopes: drawn.scopes,
          requestedClaims: [],
          audiences: drawn.audiences,
          nonce: isRefresh || drawn.nonce === null ? undefined : drawn.nonce,
          sid: undefined,
          authTimeSeconds: nowSeconds,
          requestedAtSeconds: nowSeconds,
          user: person,
          organization: inOrganization ?? undefined,
          organizations: [...(inOrganization ? [inOrganization] : []), ...drawn.otherOrganizations],
          access: {
            permissions: drawn.permissions,
            roles: drawn.roles,
            featureFlags: drawn.featureFlags,
            properties: {
              user: drawn.userProperties,
              organization: drawn.organizationProperties,
              application: drawn.applicationProperties,
            },
          },
          optIns: drawn.application.customization,
        }),
        event: userTokensEvent({
          issuer,
          origin,
          grantType: isRefresh ? 'refresh_token' : 'authorization_code',
          isExistingSession: isRefresh || drawn.isExistingSession,
          connectionId: drawn.connectionId,
          clientId: drawn.clientId,
          userId: person.id,
          identityId: drawn.identityId,
          organizationCode: inOrganization?.code ?? null,
          audiences: drawn.audiences,
          scopes: drawn.scopes,
          authUrlParams: drawn.authUrlParams,
          ip: drawn.ip,
          userAgent: drawn.userAgent,
        }),
      }
    })
}

function machineRequest(
  applications: readonly FuzzedApplication[],
  nowSeconds: number,
): fc.Arbitrary<MintRequest> {
  return fc
    .record({
      application: applicationOf(applications),
      clientId: hex(32),
      audiences: fc.uniqueArray(fc.webUrl({ validSchemes: ['https'] }), { minLength: 1, maxLength: 3 }),
      scopes: permissions,
      organizationCode: orNull(hex(16).map((digits) => `org_${digits}`)),
      featureFlags: flags,
      applicationProperties: properties,
      ip,
    })
    .map((drawn) => {
      const isOn = (claim: string) => drawn.application.customization.accessToken.some((one) => one === claim)
      return {
        before: m2mTokenClaims({
          issuer,
          clientId: drawn.clientId,
          nowSeconds,
          lifetimeSeconds: lifetimes.accessToken,
          jti: 'access-token-jti',
          audiences: drawn.audiences,
          type: 'JWT',
          scopes: drawn.scopes,
          organizationCode: drawn.organizationCode,
          optIns: {
            ...(isOn('feature_flags') && { feature_flags: drawn.featureFlags }),
            ...(isOn('application_properties') && { application_properties: drawn.applicationProperties }),
          },
        }),
        event: m2mTokenEvent({ issuer, ...drawn }),
      }
    })
}
