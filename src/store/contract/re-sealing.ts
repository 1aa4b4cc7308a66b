// Rotation of the master key: everything that is sealed is sealed anew, whatever table it lies in, or nothing is.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { resealDatabase, type ResealOptions } from '../re-seal.ts'
import type { Store } from '../store.ts'
import { contractKey, type ContractDatabase, type NewDatabase } from './contract-database.ts'
import {
  aConnection,
  anApplication,
  anInvitation,
  anInvocation,
  anOrganization,
  aRehearsal,
} from './samples.ts'

const newKey = new Uint8Array(32).fill(9)

export function resealingContract(newDatabase: NewDatabase): void {
  describe('a rotation of the master key', () => {
    test('KY-04: keeps everything that was sealed, and the old key opens nothing', async (t) => {
      const database = await newDatabase(t)
      await fill(await database.open())
      await database.dump()
      const { values, unreadable } = await reseal(database)
      // The check of the key, and one value of each place.
      assert.deepEqual([values, unreadable], [12, []])
      await assert.rejects(database.open(), { code: 'master_key_wrong' })
      await assertFilled(await database.open(newKey))
    })

    test('changes nothing when it is done again, and needs one of the two keys', async (t) => {
      const database = await newDatabase(t)
      await fill(await database.open())
      await database.dump()
      await reseal(database)
      assert.equal((await reseal(database)).values, 0)
      await assert.rejects(reseal(database, { from: contractKey, to: new Uint8Array(32).fill(3) }), {
        name: 'ConfigError',
        code: 'master_key_wrong',
      })
      await assertFilled(await database.open(newKey))
    })

    test('is refused while a server has the database open', async (t) => {
      const database = await newDatabase(t)
      const store = await database.open()
      await fill(store)
      await assert.rejects(
        resealDatabase({ location: database.location, from: contractKey, to: newKey, nowMs: Date.now() }),
        { name: 'ConfigError', code: 'database_in_use' },
      )
      await assertFilled(store)
    })

    test('FI-17: leaves a value that does not open as it is, and names it', async (t) => {
      const database = await newDatabase(t)
      await fill(await database.open())
      await database.dump()
      await database.execute(`update secrets set sealed_value = 'v1.AAAA' where name = 'cookie'`)
      const { values, unreadable } = await reseal(database)
      assert.deepEqual([values, unreadable], [11, ['secrets cookie']])
      await database.open(newKey)
    })
  })
}

/** The connections of stores that were closed take a moment to be gone from Postgres. */
async function reseal(
  { location }: ContractDatabase,
  keys: Pick<ResealOptions, 'from' | 'to'> = { from: contractKey, to: newKey },
): ReturnType<typeof resealDatabase> {
  for (;;) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- until nothing has it open
      return await resealDatabase({ location, ...keys, nowMs: Date.now() })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'database_in_use')) throw error
    }
    // oxlint-disable-next-line no-await-in-loop
    await setTimeout(20)
  }
}

const signingKey = {
  kid: 'kid1',
  algorithm: 'RS256',
  privateJwk: { kty: 'RSA', d: 'private' },
  createdAtMs: 1,
  activeFromMs: 2,
  retiredAtMs: null,
  removedAtMs: null,
} as const
const options = { clientSecret: 'secret of a provider' }
const run = { seed: 'of the run' }
const environment = { KEY: { value: 'secret of the run', isSecret: true } }
const payload = { to: 'ada@example.com' }

/** One value in each place that is sealed, and one beside it that is not. */
export async function fill({ commit, invocations, secrets, signingKeys }: Store): Promise<void> {
  await commit([
    {
      kind: 'put-application',
      application: anApplication('app_1', {
        clientSecret: 'client secret',
        previousClientSecret: 'the one before',
      }),
    },
    { kind: 'put-application', application: anApplication('app_2', { clientSecret: null }) },
    {
      kind: 'put-environment-variable',
      variable: { id: 'env_1', key: 'SECRET', value: 'secret variable', isSecret: true, createdAtMs: 1 },
    },
    {
      kind: 'put-environment-variable',
      variable: { id: 'env_2', key: 'PLAIN', value: 'plain variable', isSecret: false, createdAtMs: 1 },
    },
    { kind: 'put-connection', connection: aConnection('conn_1'), options },
    { kind: 'put-connection', connection: aConnection('conn_2') },
    { kind: 'enqueue-job', job: { kind: 'mail', payload, enqueuedAtMs: 1 } },
    { kind: 'add-rehearsal', rehearsal: aRehearsal('reh_1') },
    {
      kind: 'update-rehearsal',
      rehearsalId: 'reh_1',
      expected: { state: 'waiting' },
      set: { report: payload },
    },
    { kind: 'add-rehearsal', rehearsal: aRehearsal('reh_2') },
    { kind: 'add-organization', organization: anOrganization('org_a') },
    { kind: 'add-invitation', invitation: anInvitation('invite_1') },
  ])
  await secrets.getOrCreate('cookie', () => 'cookie secret')
  await signingKeys.put(signingKey)
  invocations.append(anInvocation('inv_1'), { run, environment })
  await invocations.flush()
}

async function assertFilled({
  directory,
  invitations,
  jobs,
  recordings,
  rehearsals,
  secrets,
  signingKeys,
}: Store): Promise<void> {
  const { applications, environmentVariables } = await directory.catalog()
  assert.deepEqual(
    applications.map(({ clientSecret }) => clientSecret),
    ['client secret', null],
  )
  assert.equal(applications[0]?.previousClientSecret, 'the one before')
  assert.deepEqual(
    environmentVariables.map(({ value }) => value),
    ['secret variable', 'plain variable'],
  )
  assert.deepEqual(await directory.connectionOptions('conn_1'), options)
  assert.equal(await directory.connectionOptions('conn_2'), undefined)
  assert.equal(await secrets.getOrCreate('cookie', () => 'another'), 'cookie secret')
  assert.deepEqual(await signingKeys.all(), [signingKey])
  const [job] = await jobs.claim({ kind: 'mail', limit: 1, nowMs: 2, untilMs: 3 })
  assert.deepEqual(job?.payload(), payload)
  assert.equal((await invitations.find('invite_1'))?.code, 'code of invite_1')
  assert.deepEqual((await rehearsals.find('reh_1'))?.report(), payload)
  assert.deepEqual(await recordings.find('inv_1'), { invocationId: 'inv_1', run, environment })
}
