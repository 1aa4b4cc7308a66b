import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { securityHeaders } from './security-headers.ts'

function policy(formRedirects?: readonly string[]): string {
  return securityHeaders(formRedirects && { formRedirects })['content-security-policy'] ?? ''
}

function formAction(...redirects: readonly string[]): string | undefined {
  return /form-action ([^;]*)/.exec(policy(redirects))?.[1]
}

describe('the headers of a page', () => {
  test('allow nothing inline, no script but our own file, no frame and no other base (BR-05, BR-06)', () => {
    assert.equal(
      policy(),
      "default-src 'none'; script-src 'self'; style-src 'self'; font-src data:; img-src 'self' https: data:; form-action 'self'; " +
        "frame-ancestors 'none'; base-uri 'none'",
    )
    assert.equal(securityHeaders()['x-frame-options'], 'DENY')
  })

  test('keep addresses, types and pages to themselves', () => {
    const headers = securityHeaders()
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
    assert.match(headers['permissions-policy'] ?? '', /camera=\(\)/)
  })

  test('let a form end at the origins of the client, each once', () => {
    assert.equal(
      formAction(
        'https://app.example.com/callback?x=1',
        'https://app.example.com/other',
        'http://localhost:3000/cb',
      ),
      "'self' https://app.example.com http://localhost:3000",
    )
  })

  test('let a form end at the scheme of a native application (RFC 8252 §7.1)', () => {
    assert.equal(
      formAction('com.example.app:/callback', 'myapp://callback'),
      "'self' com.example.app: myapp:",
    )
  })

  test('let a form end at every address that a registered one stands for', () => {
    assert.equal(formAction('http://127.0.0.1/callback'), "'self' http://127.0.0.1:*")
    assert.equal(formAction('http://127.0.0.1:5000/callback'), "'self' http://127.0.0.1:5000")
    assert.equal(formAction('http://[::1]:5000/callback'), "'self' http:")
    assert.equal(formAction('https://*.example.com/callback'), "'self' https://*.example.com")
    assert.equal(formAction('https://pr-*.example.com:8443/callback'), "'self' https://*.example.com:8443")
  })

  for (const uri of [
    'javascript:alert(1)',
    'https://*.com/',
    'data:text/html,x',
    'file:///etc/passwd',
    'not an address',
    '',
    "https://a;script-src 'unsafe-inline'",
    'https://a;script-src',
    'https://a,b/',
    'https://*/',
  ]) {
    test(`add nothing for ${JSON.stringify(uri)}`, () => assert.equal(formAction(uri), "'self'"))
  }
})
