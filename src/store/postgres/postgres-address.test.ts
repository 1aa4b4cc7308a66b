// The address of the database as an operator writes it.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parsePostgresAddress } from './postgres-address.ts'

describe('the address of a Postgres', () => {
  test('F2: takes one host with the defaults', () => {
    assert.deepEqual(parsePostgresAddress('postgres://me:pass@db.example:6432/main?sslmode=verify-full'), {
      urls: ['postgres://me:pass@db.example:6432/main?sslmode=verify-full'],
      description: 'postgres db.example:6432/main',
      maxConnections: 10,
      connectTimeoutMs: 2_000,
      queryTimeoutMs: 5_000,
      isWritableRequired: true,
    })
  })

  test('F2: takes several hosts, each with its port, and parameters of its own', () => {
    const parameters =
      'target_session_attrs=any&pool_max_conns=25&connect_timeout=5&query_timeout=8000&options=-c%20x%3D1'
    assert.deepEqual(
      parsePostgresAddress(`postgresql://me:p%40ss@a.example:5433,[::1],c.example/main?${parameters}`),
      {
        urls: ['a.example:5433', '[::1]', 'c.example'].map(
          (host) => `postgresql://me:p%40ss@${host}/main?options=-c+x%3D1`,
        ),
        description: 'postgres a.example:5433,[::1],c.example/main',
        maxConnections: 25,
        connectTimeoutMs: 5_000,
        queryTimeoutMs: 8_000,
        isWritableRequired: false,
      },
    )
  })

  test('F2: takes the folder of a socket', () => {
    assert.deepEqual(parsePostgresAddress('postgres:///main?host=/run/postgresql').urls, [
      'postgres:///main?host=%2Frun%2Fpostgresql',
    ])
  })

  test('LG-01: says what is wrong with it, and repeats no value', () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      ['postgres://me:canary@a.example:5432,b.example:port/main', /is not a URL/],
      ['postgres://me:canary@a.example,,b.example/main', /is not a URL/],
      ['postgres://me:canary@a.example,/main', /is not a URL/],
      ['postgres://me:can/ary@a.example/main', /is not a URL/],
      ['postgres://me:canary@a.example/main?pool_max_conns=canary', /pool_max_conns needs a whole number/],
      ['postgres://me:canary@a.example/main?pool_max_conns=0', /from 1 to 1000/],
      ['postgres://me:canary@a.example/main?query_timeout=5s', /query_timeout needs a whole number/],
      ['postgres://me:canary@a.example/main?target_session_attrs=standby', /read-write, primary or any/],
    ]
    for (const [address, message] of wrong) {
      assert.throws(
        () => parsePostgresAddress(address),
        (error: unknown) => {
          assert.ok(error instanceof Error)
          assert.match(error.message, message)
          assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /canary/)
          return true
        },
      )
    }
  })
})
