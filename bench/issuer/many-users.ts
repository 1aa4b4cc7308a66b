// Users for a large directory, each with an address and a membership, in batches that one transaction takes.
import type { Change } from '../../src/store/index.ts'
import { engines } from '../../test/harness/directory-fixture.ts'

const batch = 5_000
const atMs = 1_767_225_600_000

export function* manyUsers(count: number): Generator<Change[]> {
  for (let start = 0; start < count; start += batch) {
    const numbers = Array.from({ length: Math.min(batch, count - start) }, (_, index) => start + index)
    yield numbers.flatMap(userNumber)
  }
}

function userNumber(number: number): Change[] {
  // Far from the fixture's own ids.
  const id = `kp_f${number.toString(16).padStart(31, '0')}`
  const email = `user${String(number)}@example.com`
  return [
    {
      kind: 'add-user',
      user: {
        id,
        firstName: 'User',
        lastName: String(number),
        picture: null,
        providedId: null,
        preferredEmail: email,
        isSuspended: false,
        createdAtMs: atMs,
        updatedAtMs: atMs,
        totalSignIns: 0,
        failedSignIns: 0,
        lastSignedInAtMs: null,
      },
    },
    {
      kind: 'add-identity',
      identity: {
        id: `identity_f${number.toString(16).padStart(31, '0')}`,
        userId: id,
        type: 'email',
        value: email,
        normalized: email,
        isVerified: true,
        createdAtMs: atMs,
        connectionId: null,
        isPrimary: false,
        totalSignIns: 0,
        lastSignedInAtMs: null,
      },
    },
    {
      kind: 'add-membership',
      membership: {
        organizationCode: engines.code,
        userId: id,
        roleIds: ['role_1'],
        permissionIds: [],
        joinedAtMs: atMs,
      },
    },
  ]
}
