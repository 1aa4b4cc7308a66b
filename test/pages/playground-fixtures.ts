// The playground's pages: before a sign-in, after one, after a denial, after a failure, with an edit that does not build.
import {
  playgroundLandingPage,
  playgroundResultPage,
  type ComparisonView,
  type FailureDetails,
  type HistoryEntry,
  type InvocationDecision,
  type InvocationMoment,
  type InvocationView,
  type Language,
  type LiveDeploymentView,
  type PageView,
  type PlaygroundActions,
  type TokenChangesView,
  type Way,
} from '../../src/pages/index.ts'
import { page, type PageFixture } from './page-fixture.ts'

const firstSignInAt = Date.UTC(2026, 0, 5, 9, 30, 12)
const issuer = 'http://localhost:4000'
const clientId = '3f1c9a0b7d2e4c58a6b1e0f4d9c27a35'
const file = 'examples/demo/kindeSrc/environment/workflows/tokensWorkflow.ts'

const live: LiveDeploymentView = {
  deploymentId: 'dep_a3f7e661649ce0f51ff6f2f9',
  workflows: [{ file, workflowId: 'demoTokens', failurePolicy: 'stop' }],
}
const liveSequence: LiveDeploymentView = {
  ...live,
  workflows: [
    ...live.workflows,
    { file: file.replace('tokens', 'entitlements'), workflowId: 'entitlements', failurePolicy: 'continue' },
  ],
}

const common = {
  iss: issuer,
  sub: 'kp_5f1d0a526d534a0e9f0e2b7c1c6f4e11',
  azp: clientId,
  exp: 1_767_691_812,
  iat: 1_767_605_412,
}

const accessTokenBefore = {
  aud: ['https://api.example.com/v1'],
  ...common,
  jti: '5d1d0a52-6d53-4a0e-9f0e-2b7c1c6f4e11',
  scp: ['openid', 'profile', 'email', 'offline'],
  org_code: 'org_1a2b3c4d5e6f',
  org_name: 'Difference Engines Ltd',
  permissions: ['read:reports', 'create:reports', 'delete:reports'],
  feature_flags: {
    new_dashboard: { t: 'b', v: true },
    theme: { t: 's', v: 'violet' },
    report_limit: { t: 'i', v: 50 },
  },
  roles: [
    { id: '018ee9aa-f92b-83fc-1d40-7b1a3c5e7f90', key: 'admin', name: 'Administrator' },
    { id: '018ee9aa-f92b-83fc-1d40-7b1a3c5e7f91', key: 'editor', name: 'Editor' },
  ],
}
const { feature_flags: _removed, ...kept } = accessTokenBefore
const accessTokenAfter = {
  ...kept,
  roles: 'admin editor',
  sign_in: { origin: 'authorization_request', connection: 'conn_018ee9aaf92b83fc' },
  customer: { plan: 'scale', seats: 25, since: '2024-03-01', csm: null, trial: false },
}

const idTokenBefore = {
  aud: [clientId],
  ...common,
  jti: '0c8e1f6b-55b1-4c0e-8a40-7d4b2f9c3e22',
  auth_time: 1_767_605_412,
  rat: 1_767_605_409,
  updated_at: 1_767_139_200,
  email: 'ada@example.com',
  email_verified: true,
  given_name: 'Ada',
  family_name: 'Lovelace',
  name: 'Ada Lovelace',
  org_codes: ['org_1a2b3c4d5e6f', 'org_6f5e4d3c2b1a'],
}
const idTokenAfter = { ...idTokenBefore, greeting: 'Hello Ada' }

const accessToken: TokenChangesView = {
  before: accessTokenBefore,
  after: accessTokenAfter,
  changes: { added: ['customer', 'sign_in'], changed: ['roles'], removed: ['feature_flags'] },
  bytesBefore: 855,
  bytesAfter: 663,
}
const idToken: TokenChangesView = {
  before: idTokenBefore,
  after: idTokenAfter,
  changes: { added: ['greeting'], changed: [], removed: [] },
  bytesBefore: 659,
  bytesAfter: 682,
}
const noChanges = { added: [], changed: [], removed: [] }

const invocation: InvocationView = {
  id: 'inv_01k7w2m9r4c8t3',
  at: firstSignInAt,
  moment: 'sign-in',
  decision: 'issue',
  durationMs: 84.31,
  outcome: 'completed',
  workflowFile: file,
  deploymentId: live.deploymentId,
  tokens: { accessToken, idToken },
  refused: [{ token: 'accessToken', claim: 'sub', at: { file: 'tokensWorkflow.ts', line: 57, column: 3 } }],
  steps: [],
  event: {
    request: { auth: { audience: ['https://api.example.com/v1'] }, ip: '192.0.2.10' },
    context: {
      domains: { kindeDomain: issuer },
      auth: {
        origin: 'authorization_request',
        isExistingSession: false,
        connectionId: 'conn_018ee9aaf92b83fc',
      },
      application: { clientId },
      user: { id: common.sub, identityId: 'identity_018ee9aaf92b83fd' },
      organization: { code: 'org_1a2b3c4d5e6f' },
      workflow: { trigger: 'user:tokens_generation' },
    },
  },
  log: [
    { level: 'info', text: `shaped the tokens of ${common.sub} (authorization_request)` },
    { level: 'warn', text: 'mintage: accessToken.sub is reserved: the workflow’s value was dropped.' },
  ],
  calls: [
    { method: 'POST', url: `${issuer}/oauth2/token`, status: 200, durationMs: 6.2 },
    {
      method: 'GET',
      url: 'https://crm.example.com/customers?email=ada%40example.com',
      status: 200,
      durationMs: 61.7,
    },
    {
      method: 'GET',
      url: 'https://status.example.net/health',
      durationMs: 2_000,
      error: { code: 'fetch_timeout', message: 'No answer within 2000 ms.' },
    },
  ],
}

const denied: InvocationView = {
  ...invocation,
  id: 'inv_01k7w2n4d6h9w5',
  moment: 'existing-session',
  decision: 'deny',
  outcome: 'denied',
  durationMs: 1.4,
  tokens: {
    accessToken: { ...accessToken, after: undefined, changes: noChanges, bytesAfter: undefined },
    idToken: { ...idToken, after: undefined, changes: noChanges, bytesAfter: undefined },
  },
  refused: [],
  deniedReason: 'Your trial has ended. Ask your administrator to choose a plan.',
  log: [],
  calls: [],
}

const { deniedReason: _noReason, ...withoutReason } = denied
const failed: InvocationView = {
  ...withoutReason,
  id: 'inv_01k7w2p1f3j5y7',
  moment: 'refresh',
  decision: 'refuse',
  outcome: 'threw',
  failure: {
    code: 'workflow_threw',
    message: "TypeError: cannot read property 'plan' of undefined",
    at: { file, line: 42, column: 28 },
    sourceLine: '  accessToken.plan = crm.data.customer.plan',
    hint: 'The answer of kinde.fetch holds what the other side sent; look at it with console.log first.',
  },
}

const { id, at, moment, decision, durationMs } = invocation
const compared = { id, at, moment, decision, durationMs, deploymentId: live.deploymentId }
const earlier = {
  ...compared,
  id: 'inv_01k7w2k3x5v7b9',
  at: firstSignInAt - 61_000,
  deploymentId: 'dep_0c91d75b22e84f6a9be04411',
}
const comparison: ComparisonView = {
  earlier,
  later: compared,
  ending: [],
  tokens: {
    accessToken: [
      { state: 'changed', claim: 'roles', before: ['admin', 'editor'], after: 'admin editor' },
      { state: 'added', claim: 'customer', before: undefined, after: accessTokenAfter.customer },
      { state: 'removed', claim: 'feature_flags', before: _removed, after: undefined },
    ],
  },
}

const brokenEdit: FailureDetails = {
  code: 'workflow_syntax',
  message: 'Expected "}" but found end of file.',
  at: { file, line: 61, column: 1 },
  sourceLine: '  idToken.greeting = `Hello ${name}`',
  hint: 'Correct the line that the message names.',
}

const neverFires: FailureDetails = {
  code: 'trigger_never_fires',
  message: 'The workflow "gate" never runs: Mintage does not fire its trigger "user:post_authentication"',
  at: { file: 'kindeSrc/environment/workflows/gateWorkflow.ts', line: 3 },
  hint: 'Move its check into the workflow of user:tokens_generation. Then remove this file.',
}

const issued = {
  accessToken: {
    raw: `${'eyJhbGciOiJSUzI1NiIsImtpZCI6IjdhOjNiIn0'}.${'eyJhdWQiOlsiaHR0cHM6Ly9hcGkuZXhhbXBsZS5jb20vdjEiXX0'.repeat(5)}.${'q7Xc0mB2dT1lq3n'.repeat(12)}`,
    header: { alg: 'RS256', kid: '7a:3b:9c', typ: 'JWT' },
    payload: accessTokenAfter,
  },
  idToken: {
    raw: `${'eyJhbGciOiJSUzI1NiIsImtpZCI6IjdhOjNiIn0'}.${'eyJhdWQiOlsiM2YxYzlhMGI3ZDJlNGM1OCJdfQ'.repeat(4)}.${'Zk81vQ0aaS9sKw2'.repeat(12)}`,
    header: { alg: 'RS256', kid: '7a:3b:9c', typ: 'JWT' },
    payload: idTokenAfter,
  },
}

const moments: readonly (readonly [InvocationMoment, InvocationDecision, string])[] = [
  ['refresh', 'refuse', failed.id],
  ['existing-session', 'deny', denied.id],
  ['refresh', 'issue-defaults', 'inv_01k7w2n0b2f7v4'],
  ['sign-in', 'issue', invocation.id],
]
const invocations: readonly HistoryEntry[] = moments.map(([moment, decision, id], index) => ({
  id,
  at: firstSignInAt + (moments.length - 1 - index) * 47_000,
  moment,
  decision,
  durationMs: 84.31 / (index + 1),
  href: `/playground/invocations/${id}`,
}))

/** As beside an invocation that is compared with one of the list. */
function comparable(shownId: string): readonly HistoryEntry[] {
  return invocations.map((entry) => ({
    ...entry,
    ...(entry.id !== shownId && {
      compare: {
        href: `/playground/invocations/${shownId}?with=${entry.id}#comparison`,
        isShown: shownId === denied.id && entry.id === invocation.id,
      },
    }),
  }))
}

function post(action: string): Way {
  return { kind: 'form', form: { action, csrfToken: 'b71mYq' } }
}

const actions: PlaygroundActions = {
  refresh: post('/playground/refresh'),
  silent: post('/playground/silent'),
  signUp: post('/playground/sign-up'),
  signOut: post('/playground/sign-out'),
}

export function playgroundFixtures(language: Language): Readonly<Record<string, PageFixture>> {
  const view: PageView = {
    language,
    brand: { application: 'Mintage playground' },
    languageLinks: { en: '?lang=en', de: '?lang=de' },
  }
  const landing = {
    ...view,
    signIn: post('/playground/sign-in'),
    signUp: post('/playground/sign-up'),
    live,
  }
  const result = {
    ...view,
    account: 'Ada Lovelace',
    actions,
    live,
    invocations: comparable(invocation.id),
  }
  return {
    'playground-landing': page(playgroundLandingPage, {
      ...landing,
      demoUser: { identifier: 'ada@example.com', password: 'analytical engine' },
      invocations: [],
    }),
    'playground-landing-broken': page(playgroundLandingPage, {
      ...landing,
      buildError: brokenEdit,
      invocations,
    }),
    'playground-landing-sequence': page(playgroundLandingPage, {
      ...landing,
      live: liveSequence,
      invocations: [],
    }),
    'playground-landing-never-run': page(playgroundLandingPage, {
      ...landing,
      neverRun: [neverFires],
      invocations: [],
    }),
    'playground-landing-without-workflow': page(playgroundLandingPage, {
      ...view,
      signIn: landing.signIn,
      signUp: landing.signUp,
      invocations: [],
    }),
    'playground-result': page(playgroundResultPage, { ...result, invocation, comparison, issued }),
    'playground-same': page(playgroundResultPage, {
      ...result,
      invocation,
      comparison: { earlier, later: compared, ending: [], tokens: {} },
    }),
    'playground-denied': page(playgroundResultPage, {
      ...result,
      invocations: comparable(denied.id),
      invocation: denied,
      comparison: {
        earlier: compared,
        later: { ...compared, id: denied.id, moment: denied.moment, decision: denied.decision },
        ending: [
          { of: 'outcome', before: 'completed', after: 'denied' },
          { of: 'reason', after: denied.deniedReason ?? '' },
        ],
        tokens: { accessToken: 'earlier-only', idToken: 'earlier-only' },
      },
      error: { code: 'access_denied', description: denied.deniedReason ?? '' },
    }),
    'playground-failed': page(playgroundResultPage, {
      ...result,
      invocations: comparable(failed.id),
      invocation: failed,
      buildError: brokenEdit,
    }),
    'playground-without-workflow': page(playgroundResultPage, {
      ...view,
      account: 'Ada Lovelace',
      actions,
      issued,
      invocations: [],
    }),
    'playground-nobody': page(playgroundResultPage, {
      ...view,
      actions: { start: { kind: 'link', href: '/' } },
      error: { code: 'login_required', description: 'User authentication is required' },
      invocations,
      live,
    }),
  }
}
