import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Catalog, OrganizationRecord, RoleRecord } from '../store/index.ts'
import { newOrganization, organizationNameProblem, resolveOrganization } from './organization.ts'

function organization(code: string): OrganizationRecord {
  return {
    code,
    name: code,
    handle: null,
    externalId: null,
    isDefault: false,
    isAutoMembershipEnabled: false,
    createdAtMs: 0,
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

  test('is refused when the user is no member, whether it exists or not', () => {
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

  test('is none for a user without organizations', () => {
    assert.deepEqual(resolve(undefined, []), { kind: 'none' })
  })
})

describe('a created organization', () => {
  const role = { name: 'A role', description: null, permissionIds: [] }
  const roles: RoleRecord[] = [
    { id: 'r1', key: 'member', isDefault: true, ...role },
    { id: 'r2', key: 'admin', isDefault: false, ...role },
  ]
  const catalog: Catalog = {
    applications: [],
    apis: [],
    roles,
    permissions: [],
    featureFlags: [],
    properties: [],
    connections: [],
    environmentVariables: [],
  }

  test('has its creator as a member with the default roles', () => {
    const [organization, membership] = newOrganization(
      { code: 'org_1', name: ' Looms ', creatorId: 'kp_ada' },
      catalog,
      5,
    )
    assert.ok(organization?.kind === 'put-organization')
    assert.equal(organization.organization.name, 'Looms')
    assert.deepEqual(membership, {
      kind: 'put-membership',
      membership: {
        organizationCode: 'org_1',
        userId: 'kp_ada',
        roleIds: ['r1'],
        permissionIds: [],
        joinedAtMs: 5,
      },
    })
  })

  test('has a name that can be read on one line', () => {
    assert.equal(organizationNameProblem('Ada & Söhne'), undefined)
    assert.equal(organizationNameProblem('   '), 'required')
    assert.equal(organizationNameProblem('x'.repeat(101)), 'too-long')
    assert.equal(organizationNameProblem('two\nlines'), 'invalid')
  })
})
