// A workflow that fails falls back on its last good run of the same grant (docs/decisions/0086): every cell of the table, through real
// sign-ins and refreshes.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import { recordedInvocation, replayInvocation } from '../../src/replays/index.ts'
import { openCircuitBreaker, type TriggerDeps } from '../../src/triggers/index.ts'
import { ada, directoryFixture, engines, userChanges, weaving } from '../harness/directory-fixture.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { invocations } from '../harness/invocations.ts'
import { startIssuer } from '../harness/issuer.ts'
import {
  authorizationUrl,
  redeemCode,
  requestTokens,
  tokensOf,
  type SignedInTokens,
  type TokenAnswer,
} from '../harness/signed-in-tokens.ts'
import { userAgent } from '../harness/user-agent.ts'
import { signIn } from '../harness/visitor.ts'

let mode = 'good'
const crm = await startHttpServer({ after }, () => ({ json: { mode, plan: 'gold' } }))
/** Stands still but for what a test adds, so that ages are exact. */
let clockMs = Date.now()
const breaker: TriggerDeps['breaker'] = openCircuitBreaker(
  { failures: 2, openSeconds: 30 },
  () => clockMs,
  () => {},
)
const bob = { id: 'kp_00000000000000000000000000000bob', email: 'bob@example.com', password: ada.password }
const issuer = await startIssuer(
  { after },
  {
    directory: await directoryFixture({ isInBoth: true, more: await userChanges(bob) }),
    allow: [crm.host],
    breaker,
    limits: { runningTimeMs: 500, claimsBytes: 2_000 },
    nowMs: () => clockMs,
  },
)

/** What the workflow does in place of its work, by what such a run ends in. */
const failures = {
  threw: `throw new Error('down')`,
  'running-time-exceeded': `for (;;);`,
  'claims-too-large': `kinde.accessToken.setCustomClaim('plan', 'x'.repeat(10_000))`,
} as const

let deployed = 0

/** Each has a breaker of its own. */
function workflow(failurePolicy: string, { id = 'plan', order = 1, body = '' } = {}): string {
  const failing = Object.entries(failures).map(
    ([kind, code]) => `if (json.mode === '${kind}') { ${code}; return }`,
  )
  return `
    import { accessTokenCustomClaims } from '@kinde/infrastructure'
    globalThis.deployed = ${(deployed += 1)}
    export const workflowSettings = {
      id: '${id}', trigger: 'user:tokens_generation', order: ${order}, failurePolicy: { ${failurePolicy} },
      bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {}, 'kinde.auth': {}, 'kinde.fetch': {} },
    }
    export default async function (event) {
      const accessToken = accessTokenCustomClaims()
      const { json } = await kinde.fetch('${crm.origin}/plan', { method: 'GET', responseFormat: 'json' })
      ${failing.join('\n')}
      ${body || `accessToken.plan = json.plan; delete accessToken.email; kinde.idToken.setCustomClaim('plan', json.plan)`}
    }`
}

const policies = {
  stop: `action: 'stop'`,
  continue: `action: 'continue'`,
  'last-good': `action: 'continue', fallback: 'last-good', maxAgeSeconds: 60`,
} as const

type Person = { readonly email: string; readonly password: string }

async function answerToSignIn(person: Person, organization: string | undefined): Promise<TokenAnswer> {
  const url = authorizationUrl(issuer.url, organization === undefined ? {} : { org_code: organization })
  const callback = await signIn(userAgent(issuer.url), url, person).catch(() => undefined)
  // A sign-in that is refused ends on a page, or with an error for the application.
  if (!callback?.searchParams.has('code')) return { status: 400, body: {} }
  return redeemCode(issuer.url, callback)
}

class Grant {
  #tokens: SignedInTokens | undefined
  readonly #person: Person
  readonly #organization: string | undefined

  constructor(
    person: Person = ada,
    organization: string | undefined = person === ada ? engines.code : undefined,
  ) {
    this.#person = person
    this.#organization = organization
  }

  async signIn(): Promise<TokenAnswer> {
    return this.#keep(await answerToSignIn(this.#person, this.#organization))
  }

  async refresh(form: Readonly<Record<string, string>> = {}): Promise<TokenAnswer> {
    const refreshToken = this.#tokens?.refreshToken ?? ''
    const grant = { grant_type: 'refresh_token', refresh_token: refreshToken }
    return this.#keep(await requestTokens(issuer.url, { ...grant, ...form }))
  }

  #keep(answer: TokenAnswer): TokenAnswer {
    if (answer.status === 200) this.#tokens = tokensOf(answer)
    return answer
  }
}

function claimsOf({ body }: TokenAnswer) {
  return { access: decodeJwt(body.access_token ?? ''), id: decodeJwt(body.id_token ?? '') }
}

async function lastInvocation() {
  const last = (await invocations(issuer)).at(-1)
  assert.ok(last)
  return last
}

/** What the tokens say, what was decided, and how old the last good run was. */
async function told(answer: TokenAnswer): Promise<string> {
  const { document } = await lastInvocation()
  const decided = `${document.decision} ${String(document.lastGoodAgeSeconds ?? '-')}`
  assert.equal(document.steps?.[0]?.lastGoodAgeSeconds, document.lastGoodAgeSeconds)
  if (answer.status !== 200) return `refused ${decided}`
  const { access, id } = claimsOf(answer)
  const isSet = access['plan'] === 'gold' && id['plan'] === 'gold' && access['email'] === undefined
  const isDefault = access['plan'] === undefined && id['plan'] === undefined && access['email'] === ada.email
  assert.ok(isSet || isDefault)
  return `${isSet ? 'set' : 'default'} ${decided}`
}

const setTo: Record<string, string> = {
  stop: 'refused refuse -',
  continue: 'default issue-defaults -',
}

/** A good run that is `age` seconds old when the workflow fails, or none. */
const pasts = { good: 60, 'too old': 61, none: undefined } as const

for (const [name, policy] of Object.entries(policies)) {
  for (const [past, age] of Object.entries(pasts)) {
    const onRefresh =
      name === 'last-good' && past === 'good' ? 'set issue-last-good 60' : (setTo[name] ?? setTo['continue'])
    describe(`a workflow under ${name} whose last good run of the grant is: ${past}`, () => {
      const grant = new Grant()
      const other = new Grant(bob)
      before(async () => {
        await issuer.deploy(undefined)
        await other.signIn()
        await grant.signIn()
        await issuer.deploy(workflow(policy))
        mode = 'good'
      })

      async function becomePast(): Promise<void> {
        if (age === undefined) return
        mode = 'good'
        assert.equal(await told(await grant.refresh()), 'set issue -')
        clockMs += age * 1_000
      }

      for (const kind of Object.keys(failures)) {
        test(`issues on a refresh what the table says when the run ends in ${kind}`, async () => {
          await becomePast()
          mode = kind
          assert.equal(await told(await grant.refresh()), onRefresh)
          assert.equal((await lastInvocation()).document.outcome, kind)
        })

        if (age === undefined)
          test(`issues at a sign-in what the table says when the run ends in ${kind}`, async () => {
            mode = kind
            assert.equal(await told(await new Grant().signIn()), setTo[name] ?? setTo['continue'])
          })
      }

      test('issues what the table says while its breaker is open, on a refresh and at a sign-in', async () => {
        await becomePast()
        mode = 'threw'
        for (const one of [grant, other]) await one.refresh()
        assert.equal(await told(await grant.refresh()), onRefresh)
        assert.equal((await lastInvocation()).document.outcome, 'breaker-open')
        assert.equal(await told(await new Grant().signIn()), setTo[name] ?? setTo['continue'])
        assert.equal((await lastInvocation()).document.outcome, 'breaker-open')
      })
    })
  }
}

describe('the claims of a last good run', () => {
  const falling = (more: { id?: string; order?: number; body?: string } = {}) =>
    workflow(policies['last-good'], more)

  async function goodThen(failing: string, sources: readonly string[] = [falling()]): Promise<Grant> {
    mode = 'good'
    await issuer.deployAll(sources)
    const grant = new Grant()
    assert.equal((await grant.signIn()).status, 200)
    mode = failing
    return grant
  }

  test('come from the sign-in, too, and keep their age over refreshes that fail', async () => {
    const grant = await goodThen('threw')
    for (const age of [20, 40, 60]) {
      clockMs += 20_000
      assert.equal(await told(await grant.refresh()), `set issue-last-good ${age}`)
    }
    clockMs += 1_000
    assert.equal(await told(await grant.refresh()), 'default issue-defaults -')
  })

  test('are put on fresh default claims, and the log says how old they are', async () => {
    const grant = await goodThen('threw')
    clockMs += 7_000
    const { access } = claimsOf(await grant.refresh())
    assert.equal(access.iat, Math.floor(clockMs / 1_000))
    const { document, record } = await lastInvocation()
    assert.equal(record.decision, 'issue-last-good')
    assert.equal(access.jti, record.accessTokenJti)
    assert.deepEqual(
      document.log.map(({ text }) => text),
      ['mintage: plan failed: the claims of its last good run, of 7 seconds ago, stand in.'],
    )
  })

  describe('are not repeated where another default stands now than then', () => {
    const widening = falling({
      body: `accessToken.plan = 'gold'; accessToken.permissions.push('plan:gold'); kinde.idToken.setCustomClaim('email', 'a@b')`,
    })
    const rest = () => lastInvocation().then(({ document }) => document.log.map(({ text }) => text).join())

    test('such as permissions of a role that was taken away', async (t) => {
      const grant = await goodThen('threw', [widening])
      const { permissions } = claimsOf(await grant.refresh()).access
      assert.deepEqual(permissions, ['read:reports', 'write:reports', 'plan:gold'])
      const member = { organizationCode: engines.code, userId: ada.id }
      const changeRoles = (only: readonly string[]) =>
        issuer.store.commit([{ kind: 'update-membership', ...member, roles: { only } }])
      t.after(() => changeRoles(['role_1']))
      await changeRoles([])
      const { access, id } = claimsOf(await grant.refresh())
      assert.deepEqual([access['permissions'], access['plan'], id['email']], [undefined, 'gold', 'a@b'])
      assert.match(
        await rest(),
        /stand in, but not those whose default has changed since: accessToken\.permissions\.$/,
      )
    })

    test('such as claims of a scope that a refresh leaves out', async () => {
      const grant = await goodThen('threw', [widening])
      const { access, id } = claimsOf(await grant.refresh({ scope: 'openid' }))
      assert.deepEqual([access['plan'], id['email']], ['gold', undefined])
      assert.match(await rest(), /changed since: idToken\.email\.$/)
    })
  })

  test('stay with their grant: another sign-in, also in another organization, begins without', async () => {
    await goodThen('threw')
    assert.equal(await told(await new Grant().signIn()), 'default issue-defaults -')
    assert.equal(await told(await new Grant(ada, weaving.code).signIn()), 'default issue-defaults -')
  })

  test('are not kept when no workflow asks for it, nor after one stopped asking', async () => {
    const grant = await goodThen('good', [workflow(policies.continue)])
    await issuer.deploy(falling())
    mode = 'threw'
    assert.equal(await told(await grant.refresh()), 'default issue-defaults -')
    mode = 'good'
    await grant.refresh()
    await issuer.deploy(workflow(policies.continue))
    await grant.refresh()
    await issuer.deploy(falling())
    mode = 'threw'
    assert.equal(await told(await grant.refresh()), 'default issue-defaults -')
  })

  test('stay when no workflow runs for a while, and outlive a deployment that fails', async () => {
    const grant = await goodThen('good')
    await issuer.deploy(undefined)
    assert.equal((await grant.refresh()).status, 200)
    await issuer.deploy(falling({ body: `throw new Error('a bad deployment')` }))
    assert.equal(await told(await grant.refresh()), 'set issue-last-good 0')
  })

  test('never hold a reserved claim', async () => {
    const body = `accessToken.plan = 'gold'; kinde.accessToken.setCustomClaim('sub', 'kp_other')`
    const grant = await goodThen('threw', [falling({ body })])
    const { access } = claimsOf(await grant.refresh())
    assert.deepEqual([access['plan'], access.sub], ['gold', ada.id])
  })

  test('are kept for each workflow of a sequence; the next one finds them', async () => {
    const reads = `accessToken.seen = accessToken.plan`
    const next = workflow(policies.stop, { id: 'next', order: 2, body: reads })
    const unfailing = next.replaceAll(`if (json.mode === '`, `if ('never' === '`)
    const grant = await goodThen('threw', [falling(), unfailing])
    const { access } = claimsOf(await grant.refresh())
    assert.deepEqual([access['plan'], access['seen']], ['gold', 'gold'])
    const { document } = await lastInvocation()
    assert.deepEqual(
      document.steps?.map(({ workflow: id, decision }) => `${id} ${decision ?? ''}`),
      ['plan issue-last-good', 'next issue'],
    )
    assert.equal(document.decision, 'issue-last-good')
  })

  test('beside a workflow that fails without a fallback are issued in part', async () => {
    const other = workflow(policies.continue, { id: 'other', order: 2 })
    const grant = await goodThen('threw', [falling(), other])
    const { access } = claimsOf(await grant.refresh())
    assert.equal(access['plan'], 'gold')
    assert.equal((await lastInvocation()).document.decision, 'issue-partial')
  })

  test('are kept up to the bytes that workflows may add, and the log names what is too much', async () => {
    const large = (id: string, order: number) =>
      falling({ id, order, body: `accessToken.large = '${id}'.repeat(900)` })
    const grant = await goodThen('threw', [large('aa', 1), large('bb', 2), large('cc', 3)])
    const { log } = (await lastInvocation()).document
    assert.match(
      log.map(({ text }) => text).join(),
      /^mintage: what cc changed has 19\d\d bytes, too many to be kept/,
    )
    const { access } = claimsOf(await grant.refresh())
    assert.equal(access['large'], 'bb'.repeat(900))
  })

  test('do not tie the grant to another organization that they name', async () => {
    const body = `accessToken.plan = 'gold'; accessToken.teams = ['${weaving.code}']`
    const grant = await goodThen('threw', [falling({ body })])
    const removal = { kind: 'delete-membership', organizationCode: weaving.code, userId: ada.id } as const
    await issuer.store.commit([removal])
    assert.deepEqual(claimsOf(await grant.refresh()).access['teams'], [weaving.code])
  })

  test('are used again by a replay, to the same decision and claims', async () => {
    const grant = await goodThen('threw')
    clockMs += 5_000
    await grant.refresh()
    const { record } = await lastInvocation()
    const serving = issuer.serving('user:tokens_generation')
    const recorded = recordedInvocation(record, await issuer.store.recordings.find(record.id))
    assert.ok(typeof recorded === 'object')
    const { mode: how, differences } = await replayInvocation(recorded, { sandbox: issuer.sandbox, serving })
    assert.deepEqual([how, differences], ['exact', []])
  })
})
