// A7: a list costs the same few reads however many are on its page.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { z } from 'zod'
import { openManagementWorld } from '../harness/management-world.ts'
import { aroundCalls } from '../reliability/faulty-store.ts'

const reads: string[] = []
const world = await openManagementWorld({ after }, (store) =>
  aroundCalls(store, (name, call) => {
    if (name.startsWith('directory.') && name !== 'directory.catalog') reads.push(name)
    return call()
  }),
)

const people = Array.from({ length: 40 }, (_, index) => `person-${String(index)}@example.com`)
const created = z.object({ id: z.string() })
const ids: string[] = []
for (const email of people) {
  const { json } = await world.call('POST /user', { identities: [{ type: 'email', details: { email } }] })
  ids.push(created.parse(json).id)
}
const organization = z.object({ organization: z.object({ code: z.string() }) })
const { code } = organization.parse(
  (await world.call('POST /organization', { name: 'Many' })).json,
).organization
await world.call(`POST /organizations/${code}/users`, { users: ids.map((id) => ({ id })) })

const machineOfOrganization = await world.token({ org_code: code })

for (const [what, request, list, token] of [
  ['users', 'GET /users?page_size=500', 'users', undefined],
  ['users with all of them', 'GET /users?page_size=500&expand=organizations,identities', 'users', undefined],
  ['users by address', `GET /users?email=${people.join()}&expand=identities`, 'users', undefined],
  ['users by id', `GET /users?user_id=${ids.join()}&expand=organizations`, 'users', undefined],
  ['users of a machine of one organization', 'GET /users?page_size=500', 'users', machineOfOrganization],
  ['members', `GET /organizations/${code}/users?page_size=500`, 'organization_users', undefined],
  ['organizations', 'GET /organizations?page_size=500', 'organizations', undefined],
] as const) {
  test(`A7: lists ${what} by a few reads`, async () => {
    reads.length = 0
    const { status, json } = await world.call(request, undefined, token)
    assert.equal(status, 200)
    const found = z.looseObject({}).parse(json)[list]
    assert.ok(Array.isArray(found) && found.length >= (list === 'organizations' ? 2 : people.length))
    assert.ok(reads.length <= 4, reads.join())
  })
}
