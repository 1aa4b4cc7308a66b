// Members of organizations, removed through the management API and by mintage.yaml, with what hangs on them; and what a file that
// changes leaves behind. A whole server each time, on both databases, with sign-ins by a client that is not ours.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test, type TestContext } from 'node:test'
import * as client from 'openid-client'
import { z } from 'zod'
import type { RunningServer } from '../../src/server/index.ts'
import { redirectUri } from '../harness/directory-fixture.ts'
import { machineToken, managementProject, managementYaml } from '../harness/management-project.ts'
import { startPostgres } from '../harness/postgres.ts'
import { refresh, relyingParty, signIn, type SignedIn } from '../harness/relying-party.ts'
import { openTestServer } from '../harness/running-server.ts'

const web = { id: 'b3330000000000000000000000000003', secret: 'AWebApplicationOfTheTestsSecret000000000003' }
const password = 'correct horse battery staple'

const webApplication = `  web:
    type: reg
    clientId: ${web.id}
    clientSecret: ${web.secret}
    redirectUris: ['${redirectUri}']
    apis: [{ audience: 'https://api.reports.example' }]
`
interface Declared {
  readonly memberships?: string
  readonly email?: string
  readonly more?: string
}
const people = ({
  memberships = '{ a: {}, b: {} }',
  email = 'ada@example.com',
  more = '',
}: Declared = {}) => `
roles: { editor: {}, viewer: { isDefault: true } }
organizations: { a: { code: org_a }, b: { code: org_b } }
users:
  - { id: kp_ada, email: ${email}, password: '${password}', organizations: ${memberships} }
  - { id: kp_bob, email: bob@example.com, organizations: { a: {} } }
${more}`

const postgres = await startPostgres({ after })

/** A project whose server can be opened again with another file. */
async function project(t: TestContext, database: 'sqlite' | 'postgres') {
  const projectDir = await managementProject(t, { applications: webApplication, extra: people() })
  const kept = {
    projectDir,
    dataDir: join(projectDir, '.data'),
    isDemo: false,
    hasPlayground: false,
    ...(database === 'postgres' && {
      databaseUrl: await postgres.createDatabase(),
      masterKey: randomBytes(32).toString('base64'),
    }),
  }
  let running: RunningServer | undefined
  return {
    async open(yaml?: string): Promise<RunningServer> {
      const issuer = running?.issuer
      await running?.close()
      if (yaml !== undefined) await writeFile(join(projectDir, 'mintage.yaml'), yaml)
      // The same address: tokens of the server before are those of this one.
      const settings = {
        ...kept,
        ...(issuer !== undefined && { issuer, port: Number(new URL(issuer).port) }),
      }
      running = (await openTestServer(t, { settings })).server
      return running
    },
  }
}

const yamlOf = (declared: Declared, applications = webApplication) =>
  managementYaml(applications) + people(declared)

async function adaSignsIn(
  { issuer }: RunningServer,
  organization: string,
): Promise<[client.Configuration, SignedIn]> {
  const rp = await relyingParty({ url: issuer }, web.id, client.ClientSecretPost(web.secret))
  const params = { org_code: organization, audience: 'https://api.reports.example' }
  const given = { params, person: { email: 'ada@example.com', password } }
  const signedIn = await signIn({ url: issuer }, rp, given)
  assert.equal(signedIn.accessToken['org_code'], organization)
  return [rp, signedIn]
}

async function userinfoStatus({ issuer }: RunningServer, { tokens }: SignedIn): Promise<number> {
  const headers = { authorization: `Bearer ${tokens.access_token}` }
  return (await fetch(`${issuer}/oauth2/v2/user_profile`, { headers })).status
}

async function call({ issuer }: RunningServer, request: string, body?: unknown) {
  const [method = '', path = ''] = request.split(' ')
  const response = await fetch(`${issuer}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${await machineToken(issuer)}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, json: z.looseObject({}).parse(await response.json()) }
}

const invalidGrant = { error: 'invalid_grant' }

for (const database of ['sqlite', 'postgres'] as const) {
  describe(`on ${database}`, () => {
    test('A9: removes a member by the API, and the refresh tokens for that organization end for good', async (t) => {
      const server = await (await project(t, database)).open()
      const [rp, inA] = await adaSignsIn(server, 'org_a')
      const [, inB] = await adaSignsIn(server, 'org_b')
      assert.equal(await userinfoStatus(server, inA), 200)

      assert.deepEqual(await call(server, 'DELETE /organizations/org_a/users/kp_ada'), {
        status: 200,
        json: { code: 'OK', message: 'Success' },
      })
      assert.equal(await server.store.directory.membership('org_a', 'kp_ada'), undefined)
      await assert.rejects(refresh(rp, inA), invalidGrant)
      assert.equal(await userinfoStatus(server, inA), 401)
      assert.equal((await refresh(rp, inB)).accessToken['org_code'], 'org_b')
      const [entry] = await server.store.audit.list({ event: 'management.RemoveOrganizationUser', limit: 1 })
      assert.partialDeepStrictEqual(entry, {
        userId: 'kp_ada',
        clientId: 'b1110000000000000000000000000001',
        details: { org_code: 'org_a', user_id: 'kp_ada' },
      })
      assert.equal((await call(server, 'DELETE /organizations/org_a/users/kp_ada')).status, 404)

      const again = await call(server, 'POST /organizations/org_a/users', { users: [{ id: 'kp_ada' }] })
      assert.deepEqual(again.json['users_added'], ['kp_ada'])
      await assert.rejects(refresh(rp, inA), invalidGrant)
      await adaSignsIn(server, 'org_a')
    })

    test('A9: adds, changes and removes members in one request, all or none', async (t) => {
      const server = await (await project(t, database)).open()
      const path = '/organizations/org_b/users'
      const { json } = await call(server, `PATCH ${path}`, {
        users: [
          { id: 'kp_bob', roles: ['editor'] },
          { id: 'kp_ada', operation: 'delete' },
        ],
      })
      assert.deepEqual(
        [json['users_added'], json['users_updated'], json['users_removed']],
        [['kp_bob'], [], ['kp_ada']],
      )
      const refused = await call(server, `PATCH ${path}`, {
        users: [
          { id: 'kp_bob', operation: 'delete' },
          { id: 'kp_ada', roles: ['unheard-of'] },
        ],
      })
      assert.equal(refused.status, 404)
      const rolesOf = async () => {
        const membership = await server.store.directory.membership('org_b', 'kp_bob')
        const { roles } = await server.store.directory.catalog()
        return roles.filter(({ id }) => membership?.roleIds.includes(id)).map(({ key }) => key)
      }
      assert.deepEqual(await rolesOf(), ['editor'], 'nothing of a refused request is done')
      const { roles } = await server.store.directory.catalog()
      const idOf = (key: string) => roles.find((role) => role.key === key)?.id ?? ''
      const ofBob = `${path}/kp_bob/roles`
      assert.equal((await call(server, `POST ${ofBob}`, { role_id: idOf('viewer') })).status, 200)
      assert.deepEqual((await rolesOf()).toSorted(), ['editor', 'viewer'])
      assert.equal((await call(server, `DELETE ${ofBob}/${idOf('editor')}`)).status, 200)
      assert.equal((await call(server, `DELETE ${ofBob}/${idOf('editor')}`)).status, 404)
      assert.deepEqual(await rolesOf(), ['viewer'])
      const rows = await server.store.audit.list({ event: 'management.UpdateOrganizationUsers', limit: 9 })
      assert.deepEqual(
        rows.map(({ userId, details }) => [userId, details['change']]),
        [
          ['kp_ada', 'removed'],
          ['kp_bob', 'added'],
        ],
      )
    })

    test('A9: deletes and suspends a user, and an organization: sessions and refresh tokens end', async (t) => {
      const server = await (await project(t, database)).open()
      for (const [request, body] of [
        ['DELETE /users/kp_ada/sessions', undefined],
        ['PATCH /user?id=kp_ada', { is_suspended: true }],
      ] as const) {
        const [rp, signedIn] = await adaSignsIn(server, 'org_a')
        assert.equal((await call(server, request, body)).status, 200)
        await assert.rejects(refresh(rp, signedIn), invalidGrant)
        assert.equal(await userinfoStatus(server, signedIn), 401)
        await call(server, 'PATCH /user?id=kp_ada', { is_suspended: false })
        await assert.rejects(refresh(rp, signedIn), invalidGrant, 'also when the user may sign in again')
      }
      const [rp, inA] = await adaSignsIn(server, 'org_a')
      assert.equal((await call(server, 'DELETE /organization/org_a')).status, 200)
      await assert.rejects(refresh(rp, inA), invalidGrant)
      const [, inB] = await adaSignsIn(server, 'org_b')
      assert.equal((await call(server, 'DELETE /user?id=kp_ada')).status, 200)
      await assert.rejects(refresh(rp, inB), invalidGrant)
    })

    test('A9: a membership that leaves the file ends with its tokens, one that the API made stays', async (t) => {
      const { open } = await project(t, database)
      const first = await open()
      const [rp, inB] = await adaSignsIn(first, 'org_b')
      await call(first, 'POST /organizations/org_b/users', { users: [{ id: 'kp_bob' }] })

      const second = await open(yamlOf({ memberships: '{ a: {} }' }))
      assert.equal(await second.store.directory.membership('org_b', 'kp_ada'), undefined)
      assert.ok(await second.store.directory.membership('org_a', 'kp_ada'))
      assert.ok(await second.store.directory.membership('org_b', 'kp_bob'), 'people made it')
      await assert.rejects(refresh(rp, inB), invalidGrant)
      const [row] = await second.store.audit.list({ event: 'mintage_file.changed', limit: 1 })
      assert.partialDeepStrictEqual(row, {
        userId: 'kp_ada',
        details: { by: 'mintage.yaml', what: 'user', fields: ['organizations.org_b'] },
      })

      const third = await open(yamlOf({ more: 'prune: true' }).replace(/^ {2}- \{ id: kp_bob.*$/m, ''))
      assert.equal(await third.store.directory.membership('org_a', 'kp_bob'), undefined, 'the file made it')
      assert.ok(await third.store.directory.membership('org_b', 'kp_bob'))
      await assert.rejects(refresh(rp, inB), invalidGrant, 'also now that the membership is back')
    })

    test('F10: a removed application takes its grants along, and none of them is back when it returns', async (t) => {
      const { open } = await project(t, database)
      const [rp, signedIn] = await adaSignsIn(await open(), 'org_a')
      const machine = await machineToken(signedInIssuer(rp))

      const without = await open(`prune: true\n${yamlOf({}, '')}`)
      assert.deepEqual(
        (await without.store.audit.list({ event: 'mintage_file.removed', limit: 1 }))[0]?.details,
        { by: 'mintage.yaml', what: 'application', name: web.id, fields: [] },
      )
      const back = await open(yamlOf({}))
      await assert.rejects(refresh(rp, signedIn), invalidGrant)
      assert.equal(await userinfoStatus(back, signedIn), 401)
      const headers = { authorization: `Bearer ${machine}` }
      assert.equal((await fetch(`${back.issuer}/api/v1/users`, { headers })).status, 200, 'others stay')
    })

    test('F10: a removed API takes along the refresh tokens that were for it', async (t) => {
      const { open } = await project(t, database)
      const [rp, signedIn] = await adaSignsIn(await open(), 'org_a')
      const withoutApi = yamlOf({})
        .replace(/^apis:\n.*\n/m, '')
        .replaceAll(/^.*https:\/\/api\.reports\.example.*\n/gm, '')
      await open(`prune: true\n${withoutApi}`)
      await open(yamlOf({}))
      await assert.rejects(refresh(rp, signedIn), invalidGrant)
    })

    test('F10: a renamed address does not sign in any more', async (t) => {
      const { open } = await project(t, database)
      await adaSignsIn(await open(), 'org_a')
      const second = await open(yamlOf({ email: 'lovelace@example.com' }))
      const rp = await relyingParty({ url: second.issuer }, web.id, client.ClientSecretPost(web.secret))
      const params = { org_code: 'org_a' }
      const renamed = { email: 'lovelace@example.com', password }
      const signedIn = await signIn({ url: second.issuer }, rp, { params, person: renamed })
      assert.equal(signedIn.idToken.sub, 'kp_ada')
      const old = { email: 'ada@example.com', password }
      await assert.rejects(signIn({ url: second.issuer }, rp, { params, person: old }), /^Error: 400 /)
      assert.equal(await second.store.directory.identity('email', 'ada@example.com'), undefined)
      const rows = await second.store.audit.list({
        event: 'mintage_file.changed',
        userId: 'kp_ada',
        limit: 1,
      })
      assert.deepEqual(rows[0]?.details, {
        by: 'mintage.yaml',
        what: 'user',
        name: 'lovelace@example.com',
        fields: ['preferredEmail', 'email'],
      })
    })

    test('F10: each thing that the file adds is a record of the audit log, and a second start adds none', async (t) => {
      const { open } = await project(t, database)
      const added = async ({ store }: RunningServer) =>
        (await store.audit.list({ limit: 100 }))
          .filter(({ event }) => event.startsWith('mintage_file.'))
          .map(({ event, details, userId }) => {
            const { what, name } = z.looseObject({ what: z.string(), name: z.string() }).parse(details)
            return `${event} ${what} ${name} ${userId ?? ''}`.trim()
          })
      const first = await added(await open())
      for (const line of [
        'mintage_file.added user ada@example.com kp_ada',
        'mintage_file.added organization a',
        'mintage_file.added application web',
        'mintage_file.added API https://api.reports.example',
        'mintage_file.added role editor',
        'mintage_file.added environment variable KINDE_WF_M2M_CLIENT_ID',
      ])
        assert.ok(first.includes(line), `${line} is not among\n${first.join('\n')}`)
      const second = await open()
      assert.deepEqual(await added(second), first)
      assert.ok(!JSON.stringify(await second.store.audit.list({ limit: 100 })).includes(web.secret))
    })
  })
}

function signedInIssuer(rp: client.Configuration): string {
  return rp.serverMetadata().issuer
}
