// `mintage rehearse` against a server, on SQLite and on Postgres: what it says of a deployment is what the users get once it is live, and until
// then nothing has happened.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { decodeJwt } from 'jose'
import { z } from 'zod'
import { exitCodes } from '../../src/cli/index.ts'
import type { ServerSettings } from '../../src/app/index.ts'
import { rehearsalReportSchema } from '../../src/rehearsal/index.ts'
import { redirectUri, webClient } from '../harness/directory-fixture.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { typeShell } from '../harness/mintage-command.ts'
import { startPostgres } from '../harness/postgres.ts'
import { openTestServer } from '../harness/running-server.ts'
import { authorizationUrl, requestTokens } from '../harness/signed-in-tokens.ts'
import { makeProject } from '../harness/temp-project.ts'
import { userAgent } from '../harness/user-agent.ts'

const launcher = fileURLToPath(new URL('../../bin/mintage.js', import.meta.url))
const file = 'kindeSrc/environment/workflows/tokensWorkflow.ts'
const machine = {
  id: 'b1110000000000000000000000000001',
  secret: 'AMachineOfTheTestsOnlySecret000000000000001',
}
const reporter = {
  id: 'b1110000000000000000000000000002',
  secret: 'AMachineOfTheTestsOnlySecret000000000000002',
}
const reports = 'https://api.reports.example'
const password = 'a password of the tests'

const users = [
  {
    name: 'ada',
    id: 'kp_01',
    more: 'firstName: Ada, lastName: Lovelace, organizations: { acme: { roles: [admin] } }',
  },
  { name: 'li', id: 'kp_02', more: 'firstName: 小龍, lastName: 李, organizations: { acme: {} }' },
  { name: 'nameless', id: 'kp_03', more: 'organizations: { weaving: {} }' },
  { name: 'alone', id: 'kp_04', more: 'firstName: Zoë 🏳️‍🌈' },
  {
    name: 'grace',
    id: 'kp_05',
    more: 'firstName: Grace, lastName: Hopper, organizations: { acme: { roles: [admin] }, looms: {} }',
  },
] as const

const yaml = `
applications:
  web:
    type: reg
    clientId: ${webClient.id}
    clientSecret: ${webClient.secret}
    redirectUris: ['${redirectUri}']
    tokens: { accessToken: [roles, org_name, email], idToken: [organizations] }
  operator:
    type: m2m
    clientId: ${machine.id}
    clientSecret: ${machine.secret}
    apis:
      - audience: '\${issuer}/api'
        scopes: [create:deployments, update:deployments, read:deployments, create:rehearsals, read:rehearsals]
  reporter:
    type: m2m
    clientId: ${reporter.id}
    clientSecret: ${reporter.secret}
    apis: [{ audience: '${reports}', scopes: ['read:reports'] }]
apis: { reports: { audience: '${reports}', scopes: { 'read:reports': 'Read reports' } } }
permissions: { 'read:reports': {} }
roles: { admin: { name: Administrator, permissions: ['read:reports'] } }
organizations:
  acme: { name: Acme, code: org_acme }
  weaving: { name: Weaving Mill, code: org_weaving }
  looms: { name: Looms, code: org_looms }
users:
${users
  .map(
    ({ name, id, more }) => `  - { id: ${id}, email: ${name}@example.com, password: ${password}, ${more} }`,
  )
  .join('\n')}
  - { id: kp_06, email: gone@example.com, isSuspended: true, organizations: { acme: {} } }
`

const source = (body: string) => `
export const workflowSettings = {
  id: 'tokens',
  trigger: 'user:tokens_generation',
  bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {}, 'kinde.auth': {}, 'kinde.fetch': {} },
}
export default async function (event) {
  const token = kinde.accessToken.getCustomClaims()
  const id = kinde.idToken.getCustomClaims()
  ${body}
}
`

const live = `token.plan = 'free'`
/** Changes a claim of some users, adds one for all, denies one of them, and fails for one. */
const candidate = `
  token.plan = token.roles?.length > 0 ? 'gold' : 'free'
  id.letters = [...(id.name ?? '')].length
  token.at = Math.random() >= 0 && Date.now() > 0
  if (token.org_code === 'org_weaving') kinde.auth.denyAccess('The mill is closed.')
  if (token.org_code === undefined) token.first = token.roles[0].key`

const machineSource = (version: string) => `
export const workflowSettings = { id: 'machine', trigger: 'm2m:token_generation', bindings: { 'kinde.m2mToken': {} } }
export default async function () { kinde.m2mToken.setCustomClaim('version', '${version}') }
`

const projectOf = (body: string, machineVersion = 'one') => ({
  'kinde.json': '{ "rootDir": "kindeSrc" }',
  'mintage.yaml': yaml,
  [file]: source(body),
  'kindeSrc/environment/workflows/machineWorkflow.ts': machineSource(machineVersion),
})

const postgres = await startPostgres({ after })
const databases: readonly (readonly [string, () => Promise<Partial<ServerSettings>>])[] = [
  ['SQLite', () => Promise.resolve({})],
  ['Postgres', async () => ({ databaseUrl: await postgres.createDatabase() })],
]

const deployed = z.looseObject({ deployment: z.looseObject({ id: z.string() }) })

for (const [name, settings] of databases) {
  describe(`mintage rehearse on ${name}`, async () => {
    const lifetime = { after }
    const projectDir = await makeProject(lifetime, projectOf(live))
    const { server } = await openTestServer(lifetime, {
      settings: { projectDir, isDemo: false, ...(await settings()) },
    })
    const { issuer, store } = server
    const next = await makeProject(lifetime, projectOf(candidate, 'two'))
    const mintage = (line: string) =>
      typeShell(
        `MINTAGE_CLIENT_ID=${machine.id} MINTAGE_CLIENT_SECRET=${machine.secret} ${process.execPath} ${launcher} ${line} --to ${issuer}`,
        next,
      )
    async function rehearsed(options: string) {
      const { exitCode, stdout, stderr } = await mintage(`rehearse --json ${options}`)
      assert.equal(exitCode, exitCodes.ok, stderr)
      return rehearsalReportSchema.parse(JSON.parse(stdout))
    }

    let all: ReturnType<typeof rehearsed> | undefined
    const rehearsedAll = () => (all ??= rehearsed('--all'))

    test('tells who would be denied, who would fail and where, and which claims differ', async () => {
      const report = await rehearsedAll()
      const { signIns, changed, denied, failed, claims, suspendedUsers } = report
      assert.deepEqual(
        { users: report.users, signIns, changed, suspendedUsers },
        { users: 6, signIns: 6, changed: 6, suspendedUsers: 1 },
      )
      assert.deepEqual(
        { ...denied, examples: [] },
        { live: 0, candidate: 1, newly: 1, noLonger: 0, examples: [] },
      )
      assert.deepEqual(denied.examples, [
        {
          userId: 'kp_03',
          clientId: webClient.id,
          organizationCode: 'org_weaving',
          reason: 'The mill is closed.',
        },
      ])
      assert.deepEqual([failed.newly, failed.candidate], [1, 1])
      const [place] = failed.places
      assert.deepEqual([place?.code, place?.at?.file, place?.at?.line], ['workflow_threw', file, 15])
      assert.deepEqual(place?.examples, [{ userId: 'kp_04', clientId: webClient.id, organizationCode: null }])
      assert.deepEqual(
        claims.map(({ token, claim, added, changed: other, removed }) => [
          token,
          claim,
          added,
          other,
          removed,
        ]),
        [
          ['accessToken', 'at', 4, 0, 0],
          ['idToken', 'letters', 4, 0, 0],
          ['accessToken', 'plan', 0, 2, 0],
        ],
      )
      const plan = claims.find(({ claim }) => claim === 'plan')
      assert.deepEqual([plan?.examples[0]?.live, plan?.examples[0]?.candidate], ['free', 'gold'])
    })

    test('rehearses users of several organizations in each of them, and machines for each of their APIs', async () => {
      const { examples, usersOfSeveralOrganizations, membershipsLeftOut, machines } = await rehearsedAll()
      assert.deepEqual([usersOfSeveralOrganizations, membershipsLeftOut], [1, 0])
      const ofGrace = examples.filter(({ userId }) => userId === 'kp_05')
      assert.deepEqual(
        new Set(ofGrace.map(({ organizationCode }) => organizationCode)),
        new Set(['org_acme', 'org_looms']),
      )
      const who = { clientId: reporter.id, audience: reports, organizationCode: null }
      assert.deepEqual([machines?.tokens, machines?.changed], [1, 1])
      assert.deepEqual(machines?.claims, [
        {
          token: 'm2mToken',
          claim: 'version',
          added: 0,
          changed: 1,
          removed: 0,
          examples: [{ ...who, live: 'one', candidate: 'two' }],
        },
      ])
    })

    test('issues nothing, and writes nothing but the deployment, its report and what is said of them in the audit log', async () => {
      const before = await traces()
      await rehearsed('--all')
      assert.deepEqual(await traces(), before)

      async function traces() {
        await server.settle()
        const [invocations, audit, catalog] = await Promise.all([
          store.invocations.list({ limit: 100 }),
          store.audit.list({ limit: 1_000 }),
          store.directory.catalog(),
        ])
        const events = audit.map(({ event }) => event)
        return {
          invocations: invocations.filter(({ userId }) => userId !== null).length,
          users: await Promise.all(users.map(({ id }) => store.directory.user(id))),
          live: catalog.deploymentRoles,
          // Of this and of the upload.
          events: events.filter((event) => !/createRehearsal|createDeployment/.test(event)),
        }
      }
    })

    test('rehearses the members of one organization, a sample, or one application', async () => {
      const ofOrganization = await rehearsed('--org org_acme')
      assert.deepEqual([ofOrganization.users, ofOrganization.signIns], [4, 3])
      assert.ok(ofOrganization.examples.every(({ organizationCode }) => organizationCode === 'org_acme'))
      const sample = await rehearsed('--sample 2')
      assert.equal(sample.users, 2)
      const all = await rehearsed(`--sample 50 --client ${webClient.id}`)
      assert.equal(all.users, 6)
    })

    test('tells whose token grows over the budget', async () => {
      const { largest } = (await rehearsed('--org org_acme')).size
      assert.ok(largest.candidate > largest.live)
      const { overBudget } = (await rehearsed(`--org org_acme --budget ${largest.live}`)).size
      assert.deepEqual([overBudget.live, overBudget.noLonger], [0, 0])
      assert.ok(overBudget.newly >= 1)
      const [example] = overBudget.examples
      assert.ok(example && example.candidate > example.budget && example.live <= example.budget)
    })

    test('shows people the same, with a progress and the way to it', async () => {
      const { exitCode, stdout, stderr } = await mintage('rehearse --all')
      assert.equal(exitCode, exitCodes.ok, stderr)
      assert.match(
        stdout,
        /^6 of 6 sign-ins \(100 %\) would change: 6 users, 6 sign-ins, dep_\w+ → dep_\w+\n/,
      )
      assert.match(
        stdout,
        /denied +1 newly, 0 no longer \(0 → 1\)\n +kp_03 in org_weaving: The mill is closed\./,
      )
      assert.match(stdout, /1 × workflow_threw: .*tokensWorkflow\.ts:15:/)
      assert.match(stdout, /access token: plan {2}changed 2\n +kp_\d+ in org_acme: "free" → "gold"/)
      assert.match(stdout, /left out +1 suspended user/)
      assert.match(stdout, /note +1 user of several organizations: rehearsed in each of them/)
      assert.match(
        stdout,
        /\n1 of 1 machine token \(100 %\) would change: 1 machine token\n +claim +M2M token: version {2}changed 1\n/,
      )
    })

    test('refuses beyond --max-changed', async () => {
      const beyond = await mintage('rehearse --all --max-changed 50%')
      assert.equal(beyond.exitCode, exitCodes.failed)
      assert.match(
        beyond.stderr,
        /error\[too_much_changed\]: 100 % of the sign-ins would change; --max-changed is 50 %\./,
      )
      const deploying = await mintage('deploy --max-changed 5%')
      assert.equal(deploying.exitCode, exitCodes.failed)
      assert.match(deploying.stdout, /6 of 6 sign-ins \(100 %\) would change/)
      assert.match(
        deploying.stderr,
        /error\[too_much_changed\].*\n.*\ndep_\w+ is stored as a draft\. What was live still is\./,
      )
      const [role] = (await store.directory.catalog()).deploymentRoles
      assert.doesNotMatch(deploying.stderr, new RegExp(String(role?.deploymentId)))
      const ofMachines = await mintage(`rehearse --all --client ${reporter.id} --max-changed 50%`)
      assert.match(ofMachines.stdout, /^1 of 1 machine token \(100 %\) would change: 1 machine token, dep_/m)
      assert.match(ofMachines.stderr, /100 % of the machine tokens would change; --max-changed is 50 %\./)
      const within = await mintage('rehearse --all --max-changed 100%')
      assert.equal(within.exitCode, exitCodes.ok, within.stderr)
    })

    test('makes no calls: sign-ins that need one are counted, with where it went', async (t) => {
      const remote = await startHttpServer(t, () => ({ status: 200, body: '{}' }))
      const calling = await makeProject(
        t,
        projectOf(
          `if (token.org_code === 'org_acme') await kinde.fetch('${remote.origin}/plan?user=' + event.context.user.id)`,
        ),
      )
      const report = await rehearsed(`--all --with ${calling}`)
      assert.deepEqual(remote.requests, [])
      assert.deepEqual([report.signIns, report.notRehearsed], [6, 3])
      assert.deepEqual(report.calls.addresses, [{ method: 'GET', url: `${remote.origin}/plan`, count: 3 }])
    })

    test('agrees with what real sign-ins of the same users get once it is live', async () => {
      const { examples, machines } = await rehearsed('--all')
      assert.equal(examples.length, 6)
      const answer = await mintage('deploy --json')
      assert.equal(answer.exitCode, 0, answer.stderr)
      deployed.parse(JSON.parse(answer.stdout))
      for (const { userId, organizationCode, candidate: expected } of examples) {
        const user = users.find(({ id }) => id === userId)
        assert.ok(user)
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const got = await signedIn(`${user.name}@example.com`, organizationCode ?? undefined)
        if (expected.result !== 'issued') {
          assert.equal(got.kind, expected.result, userId)
          continue
        }
        assert.ok(got.kind === 'issued', userId)
        assert.deepEqual(comparable(got.accessToken), comparable(expected.tokens?.accessToken), userId)
        assert.deepEqual(comparable(got.idToken), comparable(expected.tokens?.idToken), userId)
      }
      const { body } = await requestTokens(issuer, {
        grant_type: 'client_credentials',
        client_id: reporter.id,
        client_secret: reporter.secret,
        audience: reports,
      })
      assert.deepEqual(
        comparable(decodeJwt(body.access_token ?? '')),
        comparable(machines?.examples[0]?.candidate.tokens?.m2mToken),
      )
      // What is live and what was rehearsed are the same now.
      const again = await rehearsed('--all')
      assert.deepEqual([again.changed, again.machines?.changed, again.live], [0, 0, again.candidate])
    })

    test('says what is wrong', async () => {
      const wrong = [
        ['rehearse --all --sample 5', /--all, --sample and --org exclude each other/, exitCodes.usage],
        ['rehearse --sample none', /--sample needs a whole number/, exitCodes.usage],
        ['rehearse --max-changed lots', /--max-changed needs a percentage such as 5%/, exitCodes.usage],
        ['rehearse --org org_none', /There is no organization with this code/, undefined],
        ['rehearse --client nothing', /There is no application with this id/, undefined],
        ['rehearse --deployment dep_none', /There is no deployment with this id/, undefined],
        [
          'rehearse --deployment dep_none --with .',
          /--deployment and --with exclude each other/,
          exitCodes.usage,
        ],
      ] as const
      for (const [line, text, code] of wrong) {
        // oxlint-disable-next-line no-await-in-loop
        const { exitCode, stderr } = await mintage(line)
        assert.match(stderr, text, line)
        assert.notEqual(exitCode, 0, line)
        if (code !== undefined) assert.equal(exitCode, code, line)
      }
    })

    type Got =
      | { readonly kind: 'denied' | 'failed' }
      | { readonly kind: 'issued'; readonly accessToken: object; readonly idToken: object }

    async function signedIn(email: string, organization: string | undefined): Promise<Got> {
      const agent = userAgent(issuer)
      const page = await agent.get(authorizationUrl(issuer, { org_code: organization }))
      const shown = await agent.submit(page, '/sign-in', { identifier: email, password })
      const callback = shown.location === undefined ? undefined : new URL(shown.location)
      const code = callback?.searchParams.get('code')
      if (code === null || code === undefined)
        return { kind: /mill is closed/.test(shown.text) ? 'denied' : 'failed' }
      const { body } = await requestTokens(issuer, {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
      })
      const { access_token: accessToken = '', id_token: idToken = '' } = body
      return { kind: 'issued', accessToken: decodeJwt(accessToken), idToken: decodeJwt(idToken) }
    }
  })
}

describe('mintage rehearse', () => {
  test('without --to works on the database of the project, also when no server runs', async (t) => {
    const projectDir = await makeProject(t, projectOf(live))
    const dataDir = join(await makeProject(t, { 'a-folder': '' }), 'data')
    const { server } = await openTestServer(t, { settings: { projectDir, isDemo: false, dataDir } })
    await server.close()
    const next = await makeProject(t, projectOf(candidate))
    const line = `rehearse --all --json --with ${next} --data-dir ${dataDir}`
    const { exitCode, stdout, stderr } = await typeShell(
      `${process.execPath} ${launcher} ${line}`,
      projectDir,
    )
    assert.equal(exitCode, exitCodes.ok, stderr)
    const report = rehearsalReportSchema.parse(JSON.parse(stdout))
    assert.deepEqual([report.signIns, report.changed, report.denied.newly], [6, 6, 1])
    const issuers = report.examples.map((one) => one.live.tokens?.accessToken?.['iss'])
    assert.deepEqual(new Set(issuers), new Set([server.issuer]))
  })

  test('answers a call from what a recorded invocation got for the same request', async (t) => {
    const remote = await startHttpServer(t, () => ({ json: { plan: 'gold' } }))
    const settings = `settings: { egress: { allow: ['${remote.origin}'] } }`
    const calling = (claim: string) => ({
      ...projectOf(`
        const answer = await kinde.fetch('${remote.origin}/plan?user=' + event.context.user.id)
        token.${claim} = answer.json.plan`),
      'mintage.yaml': `${settings}\n${yaml}`,
    })
    const projectDir = await makeProject(t, calling('plan'))
    const { server } = await openTestServer(t, { settings: { projectDir, isDemo: false } })
    const { issuer } = server
    const agent = userAgent(issuer)
    const page = await agent.get(authorizationUrl(issuer))
    await agent.submit(page, '/sign-in', { identifier: 'ada@example.com', password })
    assert.equal(remote.requests.length, 1)

    const next = await makeProject(t, calling('tier'))
    const { exitCode, stdout, stderr } = await typeShell(
      `MINTAGE_CLIENT_ID=${machine.id} MINTAGE_CLIENT_SECRET=${machine.secret} ${process.execPath} ${launcher} rehearse --all --json --to ${issuer}`,
      next,
    )
    assert.equal(exitCode, exitCodes.ok, stderr)
    const report = rehearsalReportSchema.parse(JSON.parse(stdout))
    assert.deepEqual([report.signIns, report.changed, report.notRehearsed], [6, 1, 5])
    assert.deepEqual([report.calls.answered, report.calls.skipped], [2, 10])
    const [example] = report.examples
    assert.equal(example?.userId, 'kp_01')
    assert.equal(example.candidate.tokens?.accessToken?.['tier'], 'gold')
    assert.equal(remote.requests.length, 1)
  })
})

describe('a rehearsal by the rules of the environment', () => {
  async function rehearsedWith(t: TestContext, settings: string, options = '') {
    const large = projectOf(`token.plan = 'gold'; token.large = 'x'.repeat(6_000)`)
    const rules = (project: Record<string, string>) => ({ ...project, 'mintage.yaml': settings })
    const projectDir = await makeProject(t, rules(projectOf(live)))
    const { server } = await openTestServer(t, { settings: { projectDir, isDemo: false } })
    const { exitCode, stdout, stderr } = await typeShell(
      `MINTAGE_CLIENT_ID=${machine.id} MINTAGE_CLIENT_SECRET=${machine.secret} ${process.execPath} ${launcher} rehearse --all --json ${options} --to ${server.issuer}`,
      await makeProject(t, rules(large)),
    )
    assert.equal(exitCode, exitCodes.ok, stderr)
    return rehearsalReportSchema.parse(JSON.parse(stdout))
  }
  const withBudget = (bytes: number) =>
    yaml.replace(`    type: reg\n`, `    type: reg\n    tokenBudget: { bytes: ${bytes} }\n`)

  test('takes the budget of the application when none is given', async (t) => {
    const within = (await rehearsedWith(t, withBudget(10_000))).size.overBudget
    assert.equal(within.newly, 0)
    const over = (await rehearsedWith(t, withBudget(5_000))).size.overBudget
    assert.deepEqual([over.newly, over.examples[0]?.budget], [6, 5_000])
  })

  test('takes another budget when it is given', async (t) => {
    const { overBudget } = (await rehearsedWith(t, withBudget(10_000), '--budget 6000')).size
    assert.deepEqual([overBudget.newly, overBudget.examples[0]?.budget], [6, 6_000])
  })

  test('fails where the claims do not fit a claims schema that refuses', async (t) => {
    const schema = `{ type: object, properties: { plan: { enum: [free] } } }`
    const { failed } = await rehearsedWith(
      t,
      `settings: { claims: { accessToken: ${schema}, action: refuse } }\n${yaml}`,
    )
    assert.deepEqual([failed.live, failed.newly], [0, 6])
    assert.equal(failed.places[0]?.code, 'claims_unfit')
  })
})

const ofOneToken = new Set(['exp', 'iat', 'jti', 'auth_time', 'rat', 'at_hash'])

/** Without times, ids and what is only known of a signed token. */
function comparable(claims: object = {}): object {
  return Object.fromEntries(Object.entries(claims).filter(([claim]) => !ofOneToken.has(claim)))
}
