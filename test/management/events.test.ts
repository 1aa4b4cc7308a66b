// The outbox as a whole server writes it: by operations of the management API, by mintage.yaml and by sign-ins.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adaSignsIn, changingProject } from '../harness/changing-project.ts'
import { machineToken } from '../harness/management-project.ts'

test('each operation and sign-in leaves its events, in their order; a refused operation leaves none', async (t) => {
  const server = await (await changingProject(t)).open()
  const { events } = server.store
  let last = 0
  const news = async () => {
    const page = await events.list({ afterSequence: last, limit: 1_000 })
    last = page.at(-1)?.sequence ?? last
    return page.map(({ type, source }) => `${source} ${type}`)
  }
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${server.issuer}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${await machineToken(server.issuer)}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return response.status
  }

  const ofFile = await news()
  assert.ok(ofFile.includes('admin user.created') && ofFile.includes('admin organization.created'))
  await adaSignsIn(server, 'org_a')
  assert.deepEqual(await news(), ['user user.authenticated'])

  assert.equal(await call('DELETE', '/organizations/org_a/users/kp_ada'), 200)
  assert.deepEqual(await news(), ['api user.updated'])
  assert.equal(await call('DELETE', '/organizations/org_a/users/kp_ada'), 404)
  assert.equal(await call('POST', '/user', { identities: [{ type: 'email', details: { email: 'x' } }] }), 400)
  assert.deepEqual(await news(), [])
  assert.equal(await call('DELETE', '/user?id=kp_ada'), 200)
  assert.deepEqual(await news(), ['api user.deleted'])
})
