import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimRows } from './claim-rows.ts'

const token = {
  before: { sub: 'kp_ada', roles: ['admin'], plan: null, toString: 1 },
  after: { sub: 'kp_ada', roles: 'admin', greeting: 'Hello', toString: 1 },
  changes: { added: ['greeting'], changed: ['roles'], removed: ['plan'] },
  bytesBefore: 50,
  bytesAfter: 60,
}

test('what the workflow touched comes first, and each claim stands in one row', () => {
  const { touched, unchanged } = claimRows(token, [{ token: 'idToken', claim: 'sub' }])
  assert.deepEqual(
    touched.map(({ state, claim, before, after }) => [state, claim, before, after]),
    [
      ['added', 'greeting', undefined, 'Hello'],
      ['changed', 'roles', ['admin'], 'admin'],
      ['removed', 'plan', null, undefined],
      ['refused', 'sub', 'kp_ada', 'kp_ada'],
    ],
  )
  assert.deepEqual(
    unchanged.map(({ claim }) => claim),
    ['toString'],
  )
})

test('a refused claim that the token never held is in neither column', () => {
  const [row] = claimRows({ ...token, changes: { added: [], changed: [], removed: [] } }, [
    { token: 'idToken', claim: 'constructor' },
  ]).touched
  assert.deepEqual([row?.before, row?.after], [undefined, undefined])
})

test('every claim of a token that was not issued is a default one', () => {
  const { touched, unchanged } = claimRows(
    { ...token, after: undefined, bytesAfter: undefined, changes: { added: [], changed: [], removed: [] } },
    [],
  )
  assert.deepEqual(touched, [])
  assert.deepEqual(
    unchanged.map(({ claim }) => claim),
    ['sub', 'roles', 'plan', 'toString'],
  )
})
