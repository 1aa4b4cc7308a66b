import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { OrganizationRecord } from '../store/index.ts'
import { adaYaml, openTestDirectory } from './fixtures/test-directory.ts'
import { declaredId } from './ids.ts'
import { createOrganization } from './organization-operations.ts'
import { organizationNameProblem, resolveOrganization } from './organization.ts'

function organization(code: string): OrganizationRecord {
  return {
    code,
    name: code,
    handle: null,
    externalId: null,
    isDefault: false,
    isAutoMembershipEnabled: false,
    createdAtMs: 0,
    settings: {},
  }
}

const [engines, looms] = [organization('org_engines'), organization('org_looms')]

describe('the organization of a sign-in (C§1)', () => {
  const resolve = (
    requestedCode: string | undefined,
    memberships: OrganizationRecord[],
    sessionCode?: string,
  ) => resolveOrganization({ requestedCode, memberships, sessionCode })

  test('is the one asked for, of which the user is a member', () => {
    assert.deepEqual(resolve('org_looms', [engines, looms]), { kind: 'organization', organization: looms })
  })

  test('is refused when the user is not a member, whether it exists or not', () => {
    assert.deepEqual(resolve('org_looms', [engines]), { kind: 'not-a-member' })
    assert.deepEqual(resolve('org_unheard_of', []), { kind: 'not-a-member' })
    assert.deepEqual(resolve('', [engines]), { kind: 'not-a-member' })
  })

  test('is the only one', () => {
    assert.deepEqual(resolve(undefined, [engines]), { kind: 'organization', organization: engines })
  })

  test('is to be chosen among several', () => {
    assert.deepEqual(resolve(undefined, [engines, looms]), {
      kind: 'choose',
      organizations: [engines, looms],
    })
  })

  test('is the one of the session as long as the user belongs to it', () => {
    assert.deepEqual(resolve(undefined, [engines, looms], 'org_looms'), {
      kind: 'organization',
      organization: looms,
    })
    assert.equal(resolve(undefined, [engines, looms], 'org_former').kind, 'choose')
  })

  test('is undefined for a user without organizations', () => {
    assert.deepEqual(resolve(undefined, []), { kind: 'none' })
  })
})

describe('a created organization', () => {
  test('has its creator as a member with the default roles', async (t) => {
    const yaml = `roles: { member: { isDefault: true }, admin: {} }\n${adaYaml}`
    const { store, now } = await openTestDirectory(t, yaml)
    const by = { event: 'organization.created', clientId: 'web', ip: '203.0.113.9' } as const
    const create = () => createOrganization({ code: 'org_1', name: ' Looms ' }, { store, by, now }, 'kp_ada')
    await create()
    assert.equal((await store.directory.organization('org_1'))?.name, 'Looms')
    const membership = await store.directory.membership('org_1', 'kp_ada')
    assert.deepEqual(membership?.roleIds, [declaredId('role', 'member')])
    await create()
    const records = await store.audit.list({ event: 'organization.created', limit: 9 })
    assert.equal(records.length, 1, 'creating it again changes nothing')
    assert.partialDeepStrictEqual(records[0], { userId: 'kp_ada', clientId: 'web', ip: '203.0.113.9' })
  })

  test('has a name that can be read on one line', () => {
    assert.equal(organizationNameProblem('Ada & Söhne'), undefined)
    assert.equal(organizationNameProblem('   '), 'required')
    assert.equal(organizationNameProblem('x'.repeat(101)), 'too-long')
    assert.equal(organizationNameProblem('two\nlines'), 'invalid')
  })
})
