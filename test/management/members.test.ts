// Members of organizations, removed through the management API and by mintage.yaml, with what hangs on them: a whole server each time,
// on both databases.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { z } from 'zod'
import type { RunningServer } from '../../src/app/index.ts'
import { adaSignsIn, changingProject, userinfoStatus, yamlOf } from '../harness/changing-project.ts'
import { machineToken } from '../harness/management-project.ts'
import { startPostgres } from '../harness/postgres.ts'
import { refresh } from '../harness/relying-party.ts'

const postgres = await startPostgres({ after })
const invalidGrant = { error: 'invalid_grant' }

async function call({ issuer }: RunningServer, request: string, body?: unknown) {
  const [method = '', path = ''] = request.split(' ')
  const response = await fetch(`${issuer}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${await machineToken(issuer)}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, json: z.looseObject({}).parse(await response.json()) }
}

for (const database of ['sqlite', 'postgres'] as const) {
  describe(`on ${database}`, () => {
    test('A9: removes a member by the API, and the refresh tokens for that organization end for good', async (t) => {
      const server = await (await changingProject(t, database === 'postgres' ? postgres : undefined)).open()
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
        details: { org_code: 'org_a', change: 'removed' },
      })
      assert.equal((await call(server, 'DELETE /organizations/org_a/users/kp_ada')).status, 404)

      const again = await call(server, 'POST /organizations/org_a/users', { users: [{ id: 'kp_ada' }] })
      assert.deepEqual(again.json['users_added'], ['kp_ada'])
      await assert.rejects(refresh(rp, inA), invalidGrant)
      await adaSignsIn(server, 'org_a')
    })

    test('A9: adds, changes and removes members in one request, all or none', async (t) => {
      const server = await (await changingProject(t, database === 'postgres' ? postgres : undefined)).open()
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
      const server = await (await changingProject(t, database === 'postgres' ? postgres : undefined)).open()
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
      const { open } = await changingProject(t, database === 'postgres' ? postgres : undefined)
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
  })
}

test('suspends an organization: its tokens end, and it gets no others until it is not', async (t) => {
  const { open } = await changingProject(t)
  const server = await open()
  const [rp, inA] = await adaSignsIn(server, 'org_a')
  const [, inB] = await adaSignsIn(server, 'org_b')
  assert.equal((await call(server, 'PATCH /organization/org_a', { is_suspended: true })).status, 200)
  await assert.rejects(refresh(rp, inA), invalidGrant)
  assert.equal(await userinfoStatus(server, inA), 401)
  assert.equal((await refresh(rp, inB)).accessToken['org_code'], 'org_b')
  await assert.rejects(adaSignsIn(server, 'org_a'), /suspended/)
  // A token that was issued meanwhile, as by a replica that had read the organization before.
  const [, late] = await adaSignsIn(server, 'org_b')
  await server.store.commit([
    { kind: 'update-organization', code: 'org_b', set: { settings: { suspendedAtMs: 1 } } },
  ])
  await assert.rejects(refresh(rp, late), invalidGrant)

  const again = await open(yamlOf({}))
  await assert.rejects(adaSignsIn(again, 'org_a'), /suspended/, 'a file that does not mention it')
  await call(again, 'PATCH /organization/org_a', { is_suspended: false })
  await adaSignsIn(again, 'org_a')
  await assert.rejects(refresh(rp, inA), invalidGrant, 'what ended stays ended')

  const file = yamlOf({}).replace('code: org_a }', 'code: org_a, isSuspended: true }')
  await assert.rejects(adaSignsIn(await open(file), 'org_a'), /suspended/)
})

test('counts as active who was given a token in the period, and names what is wrong with a period', async (t) => {
  const server = await (await changingProject(t)).open()
  const { roles } = await server.store.directory.catalog()
  const viewer = roles.find(({ key }) => key === 'viewer')?.id ?? ''
  const count = (from: string, to: string) =>
    call(
      server,
      `GET /organizations/org_a/roles/${viewer}/active_users/count?date_time_from=${from}&date_time_to=${to}`,
    )
  const [before, after] = [-3_600_000, 3_600_000].map((ms) => new Date(Date.now() + ms).toISOString())
  assert.ok(before !== undefined && after !== undefined)
  assert.equal((await count(before, after)).json['active_users_count'], 0)
  // For another organization: it counts all the same.
  await adaSignsIn(server, 'org_b')
  const toSecond = (time: string, round: (ms: number) => number) =>
    new Date(round(Date.parse(time) / 1_000) * 1_000).toISOString().replace('.000Z', 'Z')
  assert.deepEqual((await count(before, after)).json, {
    code: 'OK',
    message: 'Success',
    active_users_count: 1,
    date_time_from: toSecond(before, Math.floor),
    date_time_to: toSecond(after, Math.ceil),
  })
  for (const [from, to, problem] of [
    ['2026-07-01T00:00:00Z', '2026-07-04T00:00:00Z', 'DATE_TIME_RANGE_TOO_LARGE'],
    [after, before, 'INVALID_REQUEST'],
    ['2020-07-01T00:00:00Z', '2020-07-02T00:00:00Z', 'INVALID_REQUEST'],
    ['yesterday', after, 'INVALID_REQUEST'],
  ] as const) {
    const { status, json } = await count(from, to)
    assert.equal(status, 400)
    assert.match(JSON.stringify(json), new RegExp(problem))
  }
})
