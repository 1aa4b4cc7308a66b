// `applications`: the OAuth clients.
import { z } from 'zod'
import {
  accessTokenOptIns,
  applicationTypes,
  claimsActions,
  clientAuthMethods,
  idTokenOptIns,
  signingAlgorithms,
} from '../../store/index.ts'
import {
  clientAssertionAlgorithms,
  clientIdForm,
  clientSecretForm,
  judgeClientKey,
} from '../../oauth/index.ts'
import { branding } from './branding.ts'
import { calledUri, key, name, origin, productKey, redirectUri, secret, seconds, webUri } from './fields.ts'

/** An application's own lifetimes; what is left out is settings.tokenLifetimes'. */
export const tokenLifetimes = z.strictObject({
  accessToken: seconds.optional().describe('Access tokens, in seconds; of the settings when left out.'),
  idToken: seconds.optional().describe('ID tokens, in seconds; of the settings when left out.'),
  refreshToken: seconds.optional().describe('Refresh tokens, in seconds; of the settings when left out.'),
  session: seconds
    .optional()
    .describe(
      'The single sign-on session, in seconds since it was last used; of the settings when left out.',
    ),
})

const tokenCustomization = z.strictObject({
  accessToken: z
    .array(z.enum(accessTokenOptIns))
    .optional()
    .describe(
      'Claims of the access token beyond the default ones; none when left out. A machine has `application_properties` and `feature_flags` of these.',
    ),
  idToken: z
    .array(z.enum(idTokenOptIns))
    .optional()
    .describe('Claims of the ID token beyond the default ones; none when left out.'),
  properties: z
    .array(productKey)
    .optional()
    .describe('Keys of the properties that go into the property claims; none when left out.'),
  hasura: z
    .boolean()
    .optional()
    .describe(
      'Repeat claims under names that begin with `x-hasura-`. As the management API has set it when left out; `false` at first.',
    ),
})

const tokenSchema = z.record(z.string(), z.json())

/** Whether they compile is found when the server starts (app/usable-file.ts). */
export const claimsRules = z.strictObject({
  accessToken: tokenSchema
    .optional()
    .describe('JSON Schema (2020-12) of the claims of users’ access tokens; anything fits when left out.'),
  idToken: tokenSchema.optional().describe('The same for ID tokens; anything fits when left out.'),
  m2mToken: tokenSchema.optional().describe('The same for machines’ tokens; anything fits when left out.'),
  action: z
    .enum(claimsActions)
    .default('warn')
    .describe(
      '`warn` issues a token that does not fit, and marks its invocation; `refuse` issues none, whatever the failure policy of the workflow.',
    ),
})

const apiAccess = z.strictObject({
  audience: z
    .string()
    .min(1)
    .describe('The audience of a declared API, or `${issuer}/api` for the management API.'),
  scopes: z
    .array(productKey)
    .optional()
    .describe('Scopes that a machine application is granted; all of the API when left out.'),
})

const clientId = z
  .string()
  .regex(
    clientIdForm,
    'expected a client_id as Kinde’s: 32 hexadecimal digits in lower case, such as openssl rand -hex 16 makes; or leave it out',
  )
  .describe(
    'The client_id: 32 hexadecimal digits in lower case (`openssl rand -hex 16`), as Kinde’s. Made from the key when left out, so it is the same on every machine.',
  )

const clientSecret = secret(
  z.string().regex(clientSecretForm, 'expected 40 to 60 letters and digits, as Kinde’s SDKs ask for'),
  'The client secret, of applications that can keep one. Made at random when left out, and then kept.',
)

const publicKey = z
  .looseObject({ kty: z.string().describe('The type of the key, such as EC or RSA.') })
  .superRefine((jwk, context) => {
    const judged = judgeClientKey(jwk)
    if (judged.kind === 'invalid') context.addIssue({ code: 'custom', message: `the key ${judged.problem}` })
  })

const application = z
  .strictObject({
    name: name.optional().describe('Shown to people; the key when left out.'),
    type: z
      .enum(applicationTypes)
      .describe(
        '`reg`: on a server, with a secret. `spa`: in a browser. `m2m`: a machine. `device`: without a browser.',
      ),
    clientId: clientId.optional(),
    clientSecret: clientSecret.optional(),
    authMethod: z
      .enum(clientAuthMethods)
      .optional()
      .describe(
        'How the client authenticates at the token endpoint; when left out, `client_secret_post` for `reg` and `m2m`, `none` for `spa` and `device`.',
      ),
    jwks: z
      .strictObject({
        keys: z.array(publicKey).describe('Each a public JWK (RFC 7517).'),
      })
      .optional()
      .describe('The public keys of a `private_key_jwt` client, as a JWK Set; required for it.'),
    redirectUris: z
      .array(redirectUri)
      .optional()
      .describe(
        'Where a sign-in may return to, of `reg` and `spa`. Compared exactly; one * may stand in the leftmost subdomain, `http://127.0.0.1/…` and `http://[::1]/…` match with any port, and a native application has a scheme of its own (`com.example.app:/callback`). None when left out.',
      ),
    logoutUris: z
      .array(redirectUri)
      .optional()
      .describe('Where a sign-out may return to; compared as redirectUris are. None when left out.'),
    backchannelLogoutUri: calledUri
      .optional()
      .describe(
        'Gets a logout token when a session ends (OIDC Back-Channel Logout); no request is sent when left out.',
      ),
    corsOrigins: z
      .array(origin)
      .optional()
      .describe(
        'Origins that may call from a browser, besides those of the redirect URIs of an `spa`; one * may stand in the leftmost subdomain. None when left out.',
      ),
    homepageUri: webUri.optional().describe('Where pages link back to; nowhere when left out.'),
    loginUri: webUri
      .optional()
      .describe('Where a sign-in of this application begins; unknown when left out.'),
    branding: branding
      .optional()
      .describe('How pages and mails look for it; see `settings.branding`. Stays as it is when left out.'),
    tokenLifetimes: tokenLifetimes
      .optional()
      .describe('Lifetimes that differ from the settings; theirs when left out.'),
    tokens: tokenCustomization
      .optional()
      .describe('What its tokens carry beyond the default claims; nothing when left out.'),
    claims: claimsRules
      .optional()
      .describe(
        'What the claims of its tokens have to be when a workflow has run; `settings.claims` when left out.',
      ),
    tokenBudget: z
      .strictObject({
        bytes: z.int().min(1).describe('Bytes of JSON that the claims of one token may have.'),
        action: z
          .enum(claimsActions)
          .default('warn')
          .describe(
            '`warn` issues a larger token, logs it and marks its invocation; `refuse` issues none, whatever the failure policy of the workflow.',
          ),
      })
      .optional()
      .describe(
        'How large each of its tokens may be; any size when left out. The signed token is about a third larger, plus its signature.',
      ),
    signingAlgorithm: z.enum(signingAlgorithms).optional().describe('Signs its tokens; RS256 when left out.'),
    requirePkce: z
      .boolean()
      .optional()
      .describe(
        'Refuse authorization requests without PKCE. `false` when left out for `reg`; always `true` for `spa`, which cannot switch it off.',
      ),
    requirePar: z
      .boolean()
      .optional()
      .describe(
        'Refuse authorization requests that were not pushed first (RFC 9126); `false` when left out. Of `reg` and `spa`.',
      ),
    requireDpop: z
      .boolean()
      .optional()
      .describe('Issue only tokens that are bound to a key (RFC 9449); `false` when left out.'),
    cookieRefresh: z
      .boolean()
      .optional()
      .describe(
        'Keep the refresh token in a cookie that scripts cannot read, as Kinde’s browser SDKs expect; `false` when left out. Only for `spa`.',
      ),
    apis: z.array(apiAccess).optional().describe('APIs whose audience it may ask for; none when left out.'),
    organization: key
      .optional()
      .describe(
        'The organization of an `m2m` application that works for one alone; none when left out. On the management API it then reaches that organization and its members only.',
      ),
    accessRoles: z
      .array(productKey)
      .optional()
      .describe(
        'Keys of roles: only a user who has one of them signs in, and an empty list lets all users in. As the management API has set it when left out; all users at first.',
      ),
    properties: z
      .record(productKey, z.string())
      .optional()
      .describe('Values of application properties; none when left out.'),
  })
  .superRefine((value, context) => {
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message })
    const isPublic = value.type === 'spa' || value.type === 'device'
    if (isPublic && value.clientSecret !== undefined) {
      refuse('clientSecret', `an application of type ${value.type} cannot keep a secret`)
    }
    if (isPublic && value.authMethod !== undefined && value.authMethod !== 'none') {
      refuse('authMethod', `an application of type ${value.type} authenticates by none`)
    }
    if (!isPublic && value.authMethod === 'none') {
      refuse('authMethod', `an application of type ${value.type} has to authenticate`)
    }
    if (value.requirePkce === false && value.type === 'spa') {
      refuse('requirePkce', `an application of type ${value.type} cannot do without PKCE`)
    }
    if (value.cookieRefresh === true && value.type !== 'spa') {
      refuse('cookieRefresh', `an application of type ${value.type} has no page that could send the cookie`)
    }
    const hasKeys = value.authMethod === 'private_key_jwt'
    if (hasKeys && value.jwks === undefined) {
      refuse('authMethod', 'private_key_jwt needs the public keys in jwks')
    }
    if (hasKeys && value.jwks?.keys.every((jwk) => judgeClientKey(jwk).kind !== 'usable')) {
      refuse('jwks', `holds no key that can verify ${clientAssertionAlgorithms.join(', ')}`)
    }
    if (hasKeys && value.clientSecret !== undefined) {
      refuse('clientSecret', 'an application that authenticates by private_key_jwt has no secret')
    }
    if (!hasKeys && value.jwks !== undefined) {
      refuse('jwks', 'is for authMethod: private_key_jwt only')
    }
    const hasAuthorizationRequests = value.type === 'reg' || value.type === 'spa'
    for (const field of ['redirectUris', 'requirePkce', 'requirePar'] as const) {
      if (!hasAuthorizationRequests && value[field] !== undefined)
        refuse(field, `an application of type ${value.type} makes no authorization requests`)
    }
    if (value.type === 'm2m' && value.backchannelLogoutUri !== undefined) {
      refuse('backchannelLogoutUri', 'an application of type m2m has no sessions')
    }
    if (value.organization !== undefined && value.type !== 'm2m') {
      refuse('organization', 'only an m2m application belongs to an organization')
    }
  })

export const applications = z.record(key, application)
