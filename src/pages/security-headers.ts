// The headers of every page. Pages hold no script, no inline style and nothing of a third party, so the policy starts from
// nothing and names the few things there are (BR-05, BR-06). The issuer's JSON endpoints have headers of their own.

interface PageOrigins {
  /**
   * Where a form's answer may redirect to: the redirect URIs of the client that this page serves. Chromium applies
   * `form-action` to the redirects that follow a form, so without them a sign-in would end at the issuer.
   */
  readonly formRedirects?: readonly string[]
  /** The hash source of the one script that a page of the engine has; ours have none. */
  readonly inlineScript?: string
}

/** Without `content-type`: whoever sends the page sets it. Logos may come from https addresses that an operator gave. */
export function securityHeaders({ formRedirects = [], inlineScript }: PageOrigins = {}): Record<
  string,
  string
> {
  const formTargets = new Set(["'self'", ...formRedirects.flatMap(formSource)])
  return {
    'content-security-policy': [
      "default-src 'none'",
      ...(inlineScript === undefined ? [] : [`script-src ${inlineScript}`]),
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

/** Schemes that a browser handles by itself; a native application's own scheme is anything else (RFC 8252 §7.1). */
const browserSchemes: ReadonlySet<string> = new Set(
  ['about', 'blob', 'data', 'file', 'filesystem', 'ftp', 'javascript', 'vbscript', 'ws', 'wss'].map(
    (name) => `${name}:`,
  ),
)

/** An origin, or the scheme of a native application. Nothing that could end the directive and begin another. */
function formSource(redirectUri: string): string[] {
  if (!URL.canParse(redirectUri)) return []
  const { protocol, origin } = new URL(redirectUri)
  if (protocol === 'http:' || protocol === 'https:') return /^[a-z0-9:/.-]+$/.test(origin) ? [origin] : []
  return browserSchemes.has(protocol) ? [] : [protocol]
}
