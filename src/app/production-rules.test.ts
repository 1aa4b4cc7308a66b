import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseIssuerUrl } from './issuer-url.ts'
import { refuseInsecureDomains, refuseInsecureSettings } from './production-rules.ts'
import type { ServerSettings } from './server-settings.ts'

const secure: ServerSettings = {
  projectDir: '/project',
  isDemo: false,
  isProduction: true,
  host: '0.0.0.0',
  port: 4000,
  issuer: 'https://id.example.com',
  dataDir: '/data',
  databaseUrl: undefined,
  masterKey: undefined,
  trustedProxies: [],
  hasPlayground: false,
  logLevel: 'info',
  drainDelayMs: 0,
}

describe('production', () => {
  test('takes secure settings, and an http issuer that only this machine reaches', () => {
    refuseInsecureSettings(secure)
    refuseInsecureSettings({ ...secure, issuer: 'http://localhost:4000' })
  })

  const refused: [what: string, change: Partial<ServerSettings>, message: RegExp][] = [
    ['the demo project', { isDemo: true }, /^The demo project has users/],
    ['an unknown issuer', { issuer: undefined }, /^Production needs to know the address/],
    ['an issuer by http', { issuer: 'http://id.example.com' }, /^The issuer is an http address/],
    [
      'an issuer that resembles this machine',
      { issuer: 'http://localhost.evil.example' },
      /^The issuer is an http/,
    ],
  ]
  for (const [what, change, message] of refused) {
    test(`refuses ${what}, which development takes`, () => {
      assert.throws(() => refuseInsecureSettings({ ...secure, ...change }), {
        code: 'setting_insecure',
        message,
      })
      refuseInsecureSettings({ ...secure, ...change, isProduction: false })
    })
  }
})

describe('custom domains in production', () => {
  test('are https, or reached by this machine alone', () => {
    refuseInsecureDomains(['https://auth.example.com', 'http://login.localhost:4000'])
  })

  test('are refused by http', () => {
    const domains = ['https://auth.example.com', 'http://login.example.com']
    assert.throws(() => refuseInsecureDomains(domains), {
      code: 'setting_insecure',
      message: /^settings\.customDomains: http:\/\/login\.example\.com is an http address/,
    })
  })
})

describe('the address of the issuer', () => {
  test('loses its trailing slash and a port that goes without saying', () => {
    assert.equal(parseIssuerUrl('https://ID.example.com:443/'), 'https://id.example.com')
  })

  for (const text of [
    'id.example.com',
    'ftp://id.example.com',
    'https://id.example.com/auth',
    'https://id.example.com/?a',
    'https://u:p@id.example.com',
    '',
  ]) {
    test(`is not ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseIssuerUrl(text), { code: 'usage' })
    })
  }
})
