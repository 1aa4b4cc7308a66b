// `settings`: how this environment behaves. Every setting has a default, so the parsed value has no gaps.
import { z } from 'zod'
import { defaultTokenLifetimes } from '../../store/index.ts'
import { claimsRules } from './applications.ts'
import { deployments } from './deployments.ts'
import { branding } from './branding.ts'
import { count, customDomains, name, seconds, secret } from './fields.ts'
import { limits } from './limits.ts'
import { mail } from './mail.ts'
import { invitations, signIn } from './people.ts'

/** Those that the pages are written in (src/pages/copy); compared with them by the type of issuer's `site`. */
const pageLanguages = ['en', 'de'] as const

const lifetimes = z.strictObject({
  accessToken: seconds.default(defaultTokenLifetimes.accessToken).describe('Access tokens, in seconds.'),
  idToken: seconds.default(defaultTokenLifetimes.idToken).describe('ID tokens, in seconds.'),
  refreshToken: seconds.default(defaultTokenLifetimes.refreshToken).describe('Refresh tokens, in seconds.'),
  session: seconds
    .default(defaultTokenLifetimes.session)
    .describe('The single sign-on session, in seconds since it was last used.'),
})

export const settings = z.strictObject({
  name: name.default('Mintage').describe('The name on mails and pages that belong to no application.'),
  languages: z
    .array(z.enum(pageLanguages))
    .min(1)
    .default([...pageLanguages])
    .describe('Languages of the pages; the first is used when a person prefers none of them.'),
  customDomains: customDomains
    .default([])
    .describe(
      'Addresses at which the issuer is served as well, each as an issuer of its own: `https://auth.example.com`. See the guide on production.',
    ),
  tokenLifetimes: lifetimes.prefault({}).describe('Lifetimes of applications that set none of their own.'),
  refreshGraceSeconds: z
    .int()
    .min(0)
    .max(300)
    .default(30)
    .describe(
      'For how long a used refresh token is answered with the newest one, so that a lost answer costs no session.',
    ),
  session: z
    .strictObject({
      maximumSeconds: seconds
        .default(2_592_000)
        .describe('Users sign in again after this time, even if the session is in use.'),
    })
    .prefault({})
    .describe('The single sign-on session.'),
  signIn: signIn.prefault({}).describe('Signing in.'),
  signUp: z
    .strictObject({
      isAllowed: z.boolean().default(true).describe('Whether people may create accounts for themselves.'),
      isEmailProofRequired: z
        .boolean()
        .default(true)
        .describe(
          'An account is created when the user opens the link in a mail, so that sign-up does not show which addresses have an account.',
        ),
    })
    .prefault({})
    .describe('Signing up.'),
  invitations: invitations.prefault({}).describe('Invitations to organizations.'),
  passwords: z
    .strictObject({
      minLength: z.int().min(8).max(64).default(8).describe('Characters that a password has at least.'),
      blocklist: z.array(z.string().min(1)).default([]).describe('Words that are refused as passwords.'),
    })
    .prefault({})
    .describe('Rules for passwords that people choose.'),
  branding: branding
    .optional()
    .describe(
      'How pages and mails look. An application and an organization may have their own, which goes before it field by field. When left out, what the management API set stays.',
    ),
  mail: mail.optional().describe('Without it, links are printed in the terminal, and production mode warns.'),
  egress: z
    .strictObject({
      allow: z
        .array(z.string().min(1))
        .default([])
        .describe(
          'Private origins that the server may call all the same, for workflows and for notifications of a sign-out: `http://localhost:8080`.',
        ),
    })
    .prefault({})
    .describe(
      'Where the server may call, for workflows and for itself. `limits.callMs` and `limits.callBytes` bound each call.',
    ),
  managementApi: z
    .strictObject({
      requestsPerMinute: count
        .default(6_000)
        .describe(
          'Requests that one application may send in a minute to each server; more are answered with 429. What workflows ask is not counted.',
        ),
    })
    .prefault({})
    .describe('The management API.'),
  secureFetch: z
    .strictObject({
      encryptionKey: secret(
        z.string().regex(/^[A-Za-z0-9+/_-]{43}=?$/, 'expected 32 bytes in base64: openssl rand -base64 32'),
        'The 32 bytes, in base64, that `kinde.secureFetch` encrypts with.',
      ).optional(),
      encoding: z
        .enum(['base64url', 'base64'])
        .default('base64url')
        .describe('How an encrypted body is written.'),
    })
    .prefault({})
    .describe('Encrypted calls of workflows; see the guide on receiving them.'),
  limits: limits
    .prefault({})
    .describe('What one run of a workflow may use; see the defaults of `mintage run`.'),
  claims: claimsRules
    .optional()
    .describe(
      'What the claims of each token have to be when a workflow has run, by JSON Schema; anything fits when left out. An application may have its own.',
    ),
  circuitBreaker: z
    .strictObject({
      isOn: z.boolean().default(true).describe('Whether a workflow that keeps failing rests for a while.'),
      failures: z
        .int()
        .min(1)
        .default(10)
        .describe(
          'Different users or machines in a row for whom a workflow fails, after which it is not run any more; denials are not failures.',
        ),
      openSeconds: seconds.default(30).describe('How long it rests before one run is tried, in seconds.'),
    })
    .prefault({})
    .describe('A workflow that keeps failing is not run for a while; see the guide on keeping serving.'),
  strictClaims: z
    .boolean()
    .default(false)
    .describe(
      'A workflow that tries to change a reserved claim fails, instead of having the attempt dropped.',
    ),
  prioritizeEventLoop: z
    .boolean()
    .default(true)
    .describe(
      'On Linux, the threads that sign tokens, hash passwords and run workflows get a lower priority than the event loop, which is 15 to 20 % faster when all cores are busy. Set to `false` where other processes share these cores.',
    ),
  strictBindings: z.boolean().default(false).describe('A workflow gets only the bindings that it declares.'),
  invocations: z
    .strictObject({
      keepDays: z.int().min(1).default(30).describe('Invocations are kept for this many days.'),
      keepCount: z.int().min(1).default(100_000).describe('At most this many are kept.'),
    })
    .prefault({})
    .describe('Records of invocations.'),
  canary: z
    .strictObject({
      maxFailurePercent: z
        .number()
        .min(0)
        .max(100)
        .default(5)
        .describe('A canary is withdrawn when more than this share of its newest runs failed, in percent.'),
      minimumRuns: z
        .int()
        .min(1)
        .max(1_000)
        .default(20)
        .describe('It is not judged by fewer runs, counted over all servers.'),
    })
    .prefault({})
    .describe('When a canary (`mintage activate --canary`) is withdrawn by itself.'),
  recordings: z
    .strictObject({
      isKept: z
        .boolean()
        .default(true)
        .describe(
          'Whether an invocation keeps, sealed, what it needs to run again: event, default claims, answers to its calls, clock and randomness. Without it `mintage replay` and cases have nothing to work on.',
        ),
      keepDays: z.int().min(1).max(90).default(7).describe('They are kept for this many days.'),
      keepCount: z
        .int()
        .min(1)
        .max(1_000_000)
        .default(20_000)
        .describe('Only the newest this many invocations keep theirs.'),
      kilobytes: z
        .int()
        .min(1)
        .max(4_096)
        .default(256)
        .describe('An invocation whose answers are larger than this keeps none.'),
    })
    .prefault({})
    .describe('What invocations need to run again.'),
  signingKeys: z
    .strictObject({
      rotateEveryDays: z
        .int()
        .min(2)
        .max(3_650)
        .optional()
        .describe(
          'New signing keys take over after so many days. They are published a day before, and the old ones stay published until nothing that they signed is in use. When left out, only `mintage keys rotate` rotates.',
        ),
    })
    .prefault({})
    .describe('The keys that sign tokens.'),
  deployments: deployments.prefault({}).describe('Where deployments come from, and how many are kept.'),
  events: z
    .strictObject({
      keepDays: z.int().min(1).default(30).describe('Events are kept that long.'),
      keepCount: z.int().min(1).default(100_000).describe('At most so many are kept.'),
    })
    .prefault({})
    .describe('What happened to users, organizations, roles and permissions, and at sign-ins.'),
  pendingSignIns: z
    .strictObject({
      megabytesPerAddress: z
        .int()
        .min(1)
        .max(100_000)
        .default(32)
        .describe(
          'MiB that one network address may have stored in an hour and not finished: sign-ins, pushed requests of public applications, device codes. About 4,000 sign-ins; more is answered 429.',
        ),
      megabytes: z
        .int()
        .min(1)
        .max(1_000_000)
        .default(256)
        .describe('MiB in an hour for all network addresses, for each process of the server.'),
    })
    .prefault({})
    .describe('How much people who are not signed in can make the server store.'),
  audit: z
    .strictObject({
      keepDays: z.int().min(1).default(365).describe('Audit records are kept for this many days.'),
      keepRefusedSignIns: z
        .int()
        .min(1)
        .default(100_000)
        .describe(
          'Refused sign-ins are kept while they are among this many newest audit records, because anyone can cause them.',
        ),
    })
    .prefault({})
    .describe('The audit log.'),
})
