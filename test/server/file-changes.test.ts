// What a mintage.yaml that changes between two starts leaves behind: nothing of what it removes, and a record of each change. A whole
// server each time, on both databases.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import * as client from 'openid-client'
import { z } from 'zod'
import type { RunningServer } from '../../src/app/index.ts'
import {
  adaSignsIn,
  changingProject,
  password,
  userinfoStatus,
  web,
  yamlOf,
} from '../harness/changing-project.ts'
import { machineToken } from '../harness/management-project.ts'
import { startPostgres } from '../harness/postgres.ts'
import { refresh, relyingParty, signIn } from '../harness/relying-party.ts'

const postgres = await startPostgres({ after })
const invalidGrant = { error: 'invalid_grant' }

for (const database of ['sqlite', 'postgres'] as const) {
  describe(`on ${database}`, () => {
    test('F10: a removed application takes its grants along, and none of them is back when it returns', async (t) => {
      const { open } = await changingProject(t, database === 'postgres' ? postgres : undefined)
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
      const { open } = await changingProject(t, database === 'postgres' ? postgres : undefined)
      const [rp, signedIn] = await adaSignsIn(await open(), 'org_a')
      const withoutApi = yamlOf({})
        .replace(/^apis:\n.*\n/m, '')
        .replaceAll(/^.*https:\/\/api\.reports\.example.*\n/gm, '')
      await open(`prune: true\n${withoutApi}`)
      await open(yamlOf({}))
      await assert.rejects(refresh(rp, signedIn), invalidGrant)
    })

    test('F10: a renamed address does not sign in any more', async (t) => {
      const { open } = await changingProject(t, database === 'postgres' ? postgres : undefined)
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
      const { open } = await changingProject(t, database === 'postgres' ? postgres : undefined)
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
