// What a thief of the database or of a backup gets (KY-04, RT-07, SE-01).
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { NewDatabase } from './contract-database.ts'
import { aConnection, anApplication, anArtifact, hashOf } from './samples.ts'

const canary = {
  clientSecret: 'canary-client-secret',
  previousClientSecret: 'canary-previous-secret',
  variable: 'canary-environment-variable',
  cookieSecret: 'canary-cookie-secret',
  privateKey: 'canary-private-exponent',
  refreshToken: 'canary-refresh-token-1',
  successor: 'canary-refresh-token-2',
  jobPayload: 'canary-job-payload',
  connectionOption: 'canary-connection-option',
}

export function atRestContract(newDatabase: NewDatabase): void {
  describe('at rest', () => {
    test('KY-04, RT-07: no secret, key or token is in the database as it is used', async (t) => {
      const database = await newDatabase(t)
      const { secrets, signingKeys, commit } = await database.open()
      await commit([
        {
          kind: 'put-application',
          application: anApplication('app_1', {
            clientSecret: canary.clientSecret,
            previousClientSecret: canary.previousClientSecret,
            name: 'plain-name',
          }),
        },
        {
          kind: 'put-environment-variable',
          variable: { id: 'env_1', key: 'TOKEN', value: canary.variable, isSecret: true, createdAtMs: 1 },
        },
      ])
      const options = { clientSecret: canary.connectionOption }
      await commit([{ kind: 'put-connection', connection: aConnection('conn_1'), options }])
      const payload = { value: canary.jobPayload }
      await commit([{ kind: 'enqueue-job', job: { kind: 'mail', payload, enqueuedAtMs: 1 } }])
      await secrets.getOrCreate('cookie', () => canary.cookieSecret)
      await signingKeys.put(aSigningKey('kid1', canary.privateKey))
      await commit([{ kind: 'put-artifact', artifact: anArtifact(canary.refreshToken) }])
      await commit([
        {
          kind: 'consume-artifact',
          model: 'RefreshToken',
          idHash: hashOf(canary.refreshToken),
          atMs: 1,
          successorIdHash: hashOf(canary.successor),
        },
      ])
      const dump = await database.dump()
      assert.ok(dump.includes('plain-name'), 'control: what is not secret is found')
      const found = Object.values(canary).filter((value) => dump.includes(value))
      assert.deepEqual(found, [])
    })

    test('KY-04: another master key does not open the database', async (t) => {
      const database = await newDatabase(t)
      await (await database.open()).close()
      await assert.rejects(database.open(new Uint8Array(32).fill(8)), {
        name: 'ConfigError',
        code: 'master_key_wrong',
      })
      await database.open()
    })

    test('SE-01: a sealed value that was changed or moved to another row fails, that row alone', async (t) => {
      const database = await newDatabase(t)
      const { signingKeys, secrets, commit } = await database.open()
      await signingKeys.put(aSigningKey('kid1', 'one'))
      await signingKeys.put(aSigningKey('kid2', 'two'))
      await database.execute(
        `update signing_keys set sealed_private_jwk =
          (select sealed_private_jwk from signing_keys where kid = 'kid1') where kid = 'kid2'`,
      )
      const [first, second] = await signingKeys.all()
      assert.deepEqual(first, aSigningKey('kid1', 'one'))
      assert.throws(() => second?.privateJwk, {
        name: 'StoreError',
        code: 'store_corrupt',
        message: 'The private key of signing_keys kid2 cannot be read.',
      })

      await commit([
        { kind: 'put-application', application: anApplication('app_1') },
        { kind: 'put-application', application: anApplication('app_2') },
      ])
      await secrets.getOrCreate('cookie', () => 'value')
      // The last characters are the tag; `A` for whatever is there.
      await database.execute(
        `update secrets set sealed_value = substr(sealed_value, 1, length(sealed_value) - 4) || 'AAAA'`,
      )
      await assert.rejects(
        secrets.getOrCreate('cookie', () => 'other'),
        { code: 'store_corrupt' },
      )
      await database.execute(
        `update applications set document =
          (select replace(document, 'app_1', 'app_2') from applications where id = 'app_1') where id = 'app_2'`,
      )
      await commit([
        { kind: 'put-connection', connection: aConnection('conn_1'), options: {} },
        { kind: 'put-connection', connection: aConnection('conn_2'), options: {} },
      ])
      await database.execute(
        `update connections set sealed_options =
          (select sealed_options from connections where id = 'conn_1') where id = 'conn_2'`,
      )
      const { directory } = await database.open()
      assert.deepEqual(await directory.connectionOptions('conn_1'), {})
      await assert.rejects(directory.connectionOptions('conn_2'), {
        code: 'store_corrupt',
        message: 'The sealed_options of connections conn_2 cannot be read.',
      })
      const { applications } = await directory.catalog()
      assert.equal(applications[0]?.clientSecret, 'application secret')
      assert.throws(() => applications[1]?.clientSecret, { code: 'store_corrupt' })
    })

    test('FI-17: a row that is not JSON any more fails its own request alone', async (t) => {
      const database = await newDatabase(t)
      const { artifacts, commit } = await database.open()
      await commit([
        { kind: 'put-artifact', artifact: anArtifact('damaged', { payload: { secret: 'x' } }) },
        { kind: 'put-artifact', artifact: anArtifact('whole') },
      ])
      await database.execute(
        `update artifacts set payload = '{"secret":"x' where id_hash = '${hashOf('damaged')}'`,
      )
      await assert.rejects(artifacts.find('RefreshToken', hashOf('damaged')), {
        code: 'store_corrupt',
        message: `The payload of artifacts ${hashOf('damaged')} cannot be read.`,
      })
      assert.notEqual(await artifacts.find('RefreshToken', hashOf('whole')), undefined)
    })
  })
}

function aSigningKey(kid: string, secret: string) {
  return {
    kid,
    algorithm: 'RS256',
    privateJwk: { kty: 'RSA', d: secret },
    createdAtMs: 1,
    activeFromMs: 2,
    retiredAtMs: null,
    removedAtMs: null,
  } as const
}
