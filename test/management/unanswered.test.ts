// What no operation answers: Kinde's operations that Mintage does not have, methods that a path does not have, and typos.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { kindePaths, notOffered } from '../../src/management/kinde-paths.ts'
import { operations } from '../../src/management/operations.ts'
import { issuerUrl, openManagementWorld } from '../harness/management-world.ts'

const world = await openManagementWorld({ after })
after(() => assert.deepEqual(world.defects, []))
const have = new Set(operations.map(({ method, path }) => `${method} ${path}`))

async function ask(method: string, path: string) {
  const response = await world.handle(new Request(`${issuerUrl}/api/v1${path}`, { method }))
  const text = await response.text()
  const json: unknown = text === '' ? undefined : JSON.parse(text)
  const type = response.headers.get('content-type')
  return { status: response.status, allow: response.headers.get('allow'), json, type }
}

const named = (path: string) => path.replaceAll(/\{[^}]+\}/g, 'some_id')

describe('A8: an operation of Kinde that Mintage does not have', () => {
  for (const { path, methods } of kindePaths) {
    const missing = methods.filter((method) => !have.has(`${method} ${path}`))
    if (missing.length === 0) continue
    test(`${path}: ${missing.join(', ')} is 501 and named`, async () => {
      for (const method of missing.map((one) => one.toUpperCase())) {
        const request = `${method} /api/v1${named(path)}`
        const part = notOffered.find(({ segment }) => path.split('/').includes(segment))
        const [code, message] =
          part === undefined
            ? ['NOT_IMPLEMENTED', `${request} is an operation of Kinde that Mintage does not have.`]
            : ['NOT_OFFERED', `${request} is an operation on ${part.what}, which Mintage does not offer.`]
        assert.deepEqual(await ask(method, named(path)), {
          status: 501,
          allow: null,
          json: { errors: [{ code, message }] },
          type: 'application/json',
        })
        if (method === 'GET') assert.equal((await ask('HEAD', named(path))).status, 501)
      }
    })
  }
})

test('A8: a path that neither has is 404, whatever the method', async () => {
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
    for (const path of ['/uesr', '/users/a/b/c', '/user/', '//user', '/organizations/org_engines/uesrs'])
      assert.equal((await ask(method, path)).status, 404, `${method} ${path}`)
})

describe('A8: a path with a method that it does not have', () => {
  const rows: readonly (readonly [method: string, path: string, allow: string])[] = [
    ['PUT', '/user', 'GET, PATCH, DELETE, POST, HEAD, OPTIONS'],
    ['PATCH', '/users', 'GET, HEAD, OPTIONS'],
    ['GET', '/users/kp_ada/password', 'PUT, OPTIONS'],
    ['HEAD', '/users/kp_ada/password', 'PUT, OPTIONS'],
    ['POST', '/openapi.json', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/apis', 'GET, POST, HEAD, OPTIONS'],
  ]
  for (const [method, path, allow] of rows) {
    test(`${method} ${path} is 405, and Allow says ${allow}`, async () => {
      const answer = await ask(method, path)
      assert.deepEqual([answer.status, answer.allow], [405, allow])
      if (method !== 'HEAD')
        assert.deepEqual(answer.json, {
          errors: [{ code: 'METHOD_NOT_ALLOWED', message: `This path has ${allow}.` }],
        })
    })
  }

  test('OPTIONS says what a path has', async () => {
    const answer = await ask('OPTIONS', '/users')
    assert.deepEqual([answer.status, answer.allow, answer.json], [204, 'GET, HEAD, OPTIONS', undefined])
  })

  test('HEAD is GET without its body', async () => {
    assert.equal((await ask('HEAD', '/users')).status, 403)
    assert.equal((await ask('HEAD', '/openapi.json')).status, 200)
  })
})

test('the list of Kinde’s operations holds each that Mintage answers outside /mintage, and no path or method twice', () => {
  const listed = kindePaths.flatMap(({ path, methods }) => methods.map((method) => `${method} ${path}`))
  assert.equal(new Set(listed).size, listed.length)
  assert.equal(new Set(kindePaths.map(({ path }) => path)).size, kindePaths.length)
  assert.deepEqual(
    [...have].filter((one) => !listed.includes(one) && !one.includes(' /mintage/')),
    [],
  )
  for (const { path, methods } of kindePaths) {
    assert.match(path, /^(?:\/(?:[a-z0-9_]+|\{[a-z_]+\}))+$/)
    assert.ok(
      methods.length > 0 && methods.every((method) => /^(?:get|post|put|patch|delete)$/.test(method)),
      path,
    )
  }
})
