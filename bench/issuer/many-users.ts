// Users for a large directory, each with an address and a membership, in batches that one transaction takes. They come as an import writes them, one
// statement for each table: a change for each user and its events would take most of the time of a benchmark.
import { aMembership, anIdentity, aUser } from '../../src/store/contract/samples.ts'
import type { Change, UserImport } from '../../src/store/index.ts'
import { engines } from '../../test/harness/directory-fixture.ts'

const batch = 5_000
const atMs = 1_767_225_600_000

export function* manyUsers(count: number): Generator<Change[]> {
  for (let start = 0; start < count; start += batch) {
    const numbers = Array.from({ length: Math.min(batch, count - start) }, (_, index) => start + index)
    yield [{ kind: 'import-users', users: numbers.map(userNumber) }]
  }
}

function userNumber(number: number): UserImport {
  // Far from the fixture's own ids.
  const id = `kp_f${number.toString(16).padStart(31, '0')}`
  const email = `user${String(number)}@example.com`
  return {
    user: aUser(id, {
      firstName: 'User',
      lastName: String(number),
      preferredEmail: email,
      createdAtMs: atMs,
      updatedAtMs: atMs,
    }),
    identities: [anIdentity(id, email, { id: id.replace('kp_', 'identity_'), createdAtMs: atMs })],
    password: null,
    memberships: [aMembership(engines.code, id, { roleIds: ['role_1'], joinedAtMs: atMs })],
    properties: {},
    featureFlags: {},
  }
}
