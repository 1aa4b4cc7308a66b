// The headers of every page. Pages hold nothing inline and nothing of a third party, so the policy starts from nothing and names the few things there are (BR-05, BR-06). The issuer's JSON endpoints have headers of their own.
import { mayBeRedirectedTo } from '../oauth/index.ts'

interface PageOrigins {
  /**
   * Where a form's answer may redirect to: the redirect URIs of the client that this page serves. Chromium applies
   * `form-action` to the redirects that follow a form, so without them a sign-in would end at the issuer.
   */
  readonly formRedirects?: readonly string[]
  /** The hash source of the one script that a page of the engine has, in place of our file. */
  readonly inlineScript?: string
}

/** Without `content-type`: the sender of the page sets it. Logos may come from https addresses that an operator gave. */
export function securityHeaders({ formRedirects = [], inlineScript }: PageOrigins = {}): Record<
  string,
  string
> {
  const formTargets = new Set(["'self'", ...formRedirects.flatMap(formSource)])
  return {
    'content-security-policy': [
      "default-src 'none'",
      `script-src ${inlineScript ?? "'self'"}`,
      "style-src 'self'",
      'font-src data:', // the typeface inside the stylesheet
      "img-src 'self' https: data:",
      `form-action ${[...formTargets].join(' ')}`,
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; '),
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'cross-origin-opener-policy': 'same-origin',
  }
}

/**
 * An origin, or the scheme of a native application. Nothing that could end the directive and begin another. A registered address
 * stands for several origins when it holds a * or is a loopback address without a port (oauth/redirect-uri.ts).
 */
function formSource(redirectUri: string): string[] {
  const url = URL.parse(redirectUri)
  if (url === null) return []
  const { protocol, host, port } = url
  if (protocol !== 'http:' && protocol !== 'https:') return mayBeRedirectedTo(redirectUri) ? [protocol] : []
  // CSP3 §2.3.1 has no IPv6 addresses, so a browser would ignore one.
  if (host.startsWith('[')) return [protocol]
  if (host === '127.0.0.1' && port === '' && protocol === 'http:') return ['http://127.0.0.1:*']
  // A source has a whole label as its *.
  const source = host.replace(/^[a-z0-9-]*\*[a-z0-9-]*(?=\.)/, '*')
  return /^(?:\*\.[a-z0-9-]+\.)?[a-z0-9:.-]+$/.test(source) ? [`${protocol}//${source}`] : []
}
