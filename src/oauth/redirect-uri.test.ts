import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { redirectUriMatches, redirectUriProblem } from './redirect-uri.ts'

describe('a redirect URI may be registered', () => {
  for (const uri of [
    'https://app.example.com/callback',
    'https://app.example.com/callback?from=mintage',
    'http://localhost:3000/api/auth/callback',
    'http://127.0.0.1:4000/',
    'http://app.shop.localhost:4000/callback',
    'http://[::1]:4000/',
    'https://*.example.com/callback',
    'https://pr-*.example.com/callback',
    'https://acme-*.vercel.app/callback',
    'com.example.app://callback',
  ]) {
    test(uri, () => assert.equal(redirectUriProblem(uri), undefined))
  }
})

describe('a redirect URI is refused', () => {
  const refused: [string, RegExp][] = [
    ['/callback', /not an absolute URI/],
    ['http://app.example.com/callback', /http on a host that is not local/],
    ['http://localhost.example.com/', /http on a host that is not local/],
    ['http://applocalhost/', /http on a host that is not local/],
    ['https://app.example.com/#fragment', /fragment/],
    ['https://app.example.com/#', /fragment/],
    ['https://user@app.example.com/', /user name/],
    ['https://app.example.com/a b', /space/],
    ['https://app.example.com\\callback', /backslash/],
    ['javascript:alert(1)', /scheme javascript:/],
    ['data:text/html,hello', /scheme data:/],
    ['https://*.*.example.com/', /more than one \*/],
    ['https://*.com/', /every domain/],
    ['https://*/', /every domain/],
    ['https://app.*.example.com/', /leftmost subdomain/],
    ['https://app.example.com/*', /leftmost subdomain/],
    ['http://*.localhost/', /is not https/],
    ['https://*.vercel.app/', /everybody can get a name/],
    ['https://*.vercel.app:8443/', /everybody can get a name/],
  ]
  for (const [uri, problem] of refused) {
    test(uri, () => assert.match(redirectUriProblem(uri) ?? '', problem))
  }
})

describe('a requested redirect URI is compared by characters (RFC 9700 §4.1.3, AS-01)', () => {
  const registered = 'https://app.example.com/callback'
  test('the same one matches', () => assert.ok(redirectUriMatches(registered, registered)))
  for (const requested of [
    'https://app.example.com/callback/',
    'https://app.example.com/Callback',
    'https://APP.example.com/callback',
    'https://app.example.com/callback?x=1',
    'https://app.example.com/%63allback',
    'https://app.example.com/x/../callback',
    'https://app.example.com/callback#x',
    'https://app.example.com@evil.example/callback',
    'https://app.example.com:8443/callback',
    'http://app.example.com/callback',
    'https://x.app.example.com/callback',
    'https://app.example.com\\callback',
    '',
  ]) {
    test(`${requested || 'an empty one'} does not`, () =>
      assert.ok(!redirectUriMatches(registered, requested)))
  }
})

describe('the * of a registered URI', () => {
  const registered = 'https://pr-*.example.com/callback'
  test('stands for part of one label', () => {
    assert.ok(redirectUriMatches(registered, 'https://pr-17.example.com/callback'))
  })
  for (const requested of [
    'https://pr-.example.com/callback',
    'https://pr-1.2.example.com/callback',
    'https://pr-evil.example/.example.com/callback',
    'https://pr-evil@host.example.com/callback',
    'https://pr-*.example.com/callback',
    'https://pr-1.example.com/callback/',
    'https://17.example.com/callback',
  ]) {
    test(`does not match ${requested}`, () => assert.ok(!redirectUriMatches(registered, requested)))
  }
})
