// What every operation says to a request that holds nothing, or that is not Unicode: made from the declarations.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { z } from 'zod'
import { parameterNames } from '../../src/management/operation-path.ts'
import { operations } from '../../src/management/operations.ts'
import { directoryFixture } from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { openManagementWorld } from '../harness/management-world.ts'
import { authorizationUrl } from '../harness/signed-in-tokens.ts'
import { userAgent } from '../harness/user-agent.ts'

const world = await openManagementWorld({ after })
after(() => assert.deepEqual(world.defects, []))
const errorsSchema = z.object({ errors: z.array(z.object({ code: z.string(), message: z.string() })) })

async function refusalOf(request: string, body?: string): Promise<string> {
  const { status, json } = await world.call(request, body)
  const { errors } = errorsSchema.parse(json)
  return errors.map(({ code, message }) => `${status} ${code} ${message}`).join('\n')
}

/** About things that are there. */
function requestOf(
  { method, path }: (typeof operations)[number],
  query = 'id=kp_ada&code=org_engines',
): string {
  const target = path.replace('{user_id}', 'kp_ada').replace('{org_code}', 'org_engines')
  return `${method.toUpperCase()} ${target.replaceAll(/\{[^}]+\}/g, 'none')}?${query}&customer_id=kp_ada`
}

describe('A6: a body that holds nothing', () => {
  for (const operation of operations) {
    const { body, operationId } = operation
    if (body === undefined) continue
    test(`is refused by ${operationId}, and changes nothing`, async () => {
      const everything = () =>
        Promise.all(
          ['/users', '/organizations', '/environment_variables'].map((path) => world.call(`GET ${path}`)),
        )
      const before = await everything()
      for (const empty of [undefined, '', '  \n'])
        assert.match(
          await refusalOf(requestOf(operation), empty),
          /^400 INVALID_REQUEST body: send (?:a JSON object|multipart\/form-data) with /,
        )
      assert.match(await refusalOf(requestOf(operation), '{}'), /^400 INVALID_REQUEST body/)
      assert.deepEqual(await everything(), before)
    })
  }

  test('or makes a user without anything is refused', async () => {
    for (const body of [
      { profile: {} },
      { profile: { given_name: '' } },
      { identities: [] },
      { organization_code: 'org_engines' },
    ])
      assert.equal(
        await refusalOf('POST /user', JSON.stringify(body)),
        '400 INVALID_REQUEST body: a user needs an identity, a provided_id, or a name in profile',
      )
  })
})

describe('A6: half of a surrogate pair, and bytes that are not UTF-8', () => {
  for (const operation of operations) {
    const { path, query, body, isMultipart, operationId } = operation
    test(`is refused by ${operationId} with the name of the field`, async () => {
      const bad = '%ED%A0%80'
      for (const name of parameterNames(path)) {
        const [method = ''] = requestOf(operation).split(' ')
        const target = path.replace(`{${name}}`, bad).replaceAll(/\{[^}]+\}/g, 'none')
        assert.equal(
          await refusalOf(`${method} ${target}?code=org_engines`, body && '{"a":1}'),
          `400 INVALID_REQUEST ${name}: it is not percent-encoded UTF-8.`,
        )
      }
      for (const name of Object.keys(query.shape))
        assert.equal(
          await refusalOf(requestOf(operation, `${name}=${bad}`), body && '{"a":1}'),
          `400 INVALID_REQUEST ${name}: it is not percent-encoded UTF-8.`,
        )
      for (const name of isMultipart ? [] : Object.keys(body?.shape ?? {}))
        for (const [value, place] of [
          [String.raw`"\ud800"`, `body.${name}`],
          [String.raw`["x",{"y":"\udc00\ud800"}]`, `body.${name}.1.y`],
          [String.raw`{"\ud83d":1}`, `body.${name}`],
        ] as const)
          assert.equal(
            await refusalOf(requestOf(operation), `{"${name}":${value}}`),
            `400 INVALID_REQUEST ${place}: cannot hold half of a surrogate pair, which is not Unicode text`,
          )
    })
  }

  test('is refused as raw bytes of a body', async () => {
    const response = await fetch(`http://127.0.0.1:${world.port}/api/v1/user?id=kp_ada`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${await world.token()}` },
      body: Buffer.from('{"given_name":"\xed\xa0\x80"}', 'latin1'),
    })
    assert.equal(response.status, 400)
    assert.match(await response.text(), /body: it is not valid UTF-8/)
  })

  test('a whole pair is kept as it is, escaped or not', async () => {
    for (const text of [String.raw`"\ud83d\ude00"`, '"😀"']) {
      assert.equal((await world.call('PATCH /user?id=kp_ada', `{"family_name":${text}}`)).status, 200)
      assert.equal((await world.store.directory.user('kp_ada'))?.lastName, '😀')
    }
  })

  test('is refused by the form of a sign-up, which names the field', async (t) => {
    const issuer = await startIssuer(t, { directory: await directoryFixture() })
    const agent = userAgent(issuer.url)
    const page = await agent.get(authorizationUrl(issuer.url, { prompt: 'create' }))
    const [, action = ''] = /action="([^"]*\/sign-up)"/.exec(page.text) ?? []
    const cookie = [...agent.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    for (const bad of ['%ED%A0%80', '%FF', '\xe9']) {
      const response = await fetch(new URL(action, issuer.url), {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html', cookie },
        body: Buffer.from(`email=grace%40example.com&given_name=${bad}`, 'latin1'),
      })
      assert.equal(response.status, 400)
      assert.match(await response.text(), /given_name: it is not percent-encoded UTF-8/)
    }
    assert.equal(await issuer.store.directory.identity('email', 'grace@example.com'), undefined)
    assert.deepEqual(
      issuer.events.filter(({ event }) => event === 'server_error'),
      [],
    )
  })
})
