import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { routeFor, type Route } from './router.ts'

const route = (path: string): Route => ({ path, handler: () => {} })
const [api, page, all] = [route('/api/v1'), route('/page'), route('/')]

describe('routeFor', () => {
  const cases: [target: string, expected: Route | undefined][] = [
    ['/api/v1', api],
    ['/api/v1/users?x=/page', api],
    ['/pages', undefined],
    ['/api', undefined],
    ['/page/../api/v1', page],
    ['/page?/api/v1', page],
    ['//page', undefined],
    ['//elsewhere.example/api/v1', undefined],
  ]
  for (const [target, expected] of cases) {
    test(`gives ${target} to ${expected?.path ?? 'no handler'}`, () => {
      assert.equal(routeFor([api, page], target), expected)
    })
  }

  test('gives what is left to the route of /', () => {
    assert.equal(routeFor([api, all], '/oauth2/auth'), all)
    assert.equal(routeFor([api, all], '//elsewhere.example/'), undefined)
  })
})
