// What is a secret in a log: fields by their names, in every spelling of them, and strings that look like one of our tokens.

const names: ReadonlySet<string> = new Set([
  'assertion',
  'authorization',
  'proxyauthorization',
  'code',
  'codeverifier',
  'devicecode',
  'usercode',
  'cookie',
  'cookies',
  'setcookie',
  'idtokenhint',
  'otp',
  'salt',
  'passphrase',
])

const endings = /(?:password|secret|token|assertion|privatekey|masterkey|encryptionkey|apikey|hash)$/

/** `client_secret`, `clientSecret` and `Client-Secret` are one name. */
export function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replaceAll(/[^a-z]/g, '')
  return names.has(plain) || endings.test(plain)
}

/** Looks at a run of these characters once, and only when a dot follows: tried at each `eyJ`, a long run would take time by its square. */
const jwt = /(?<![\w-])(?=[\w-]+\.)[\w-]*\beyJ[\w-]{8,}\.[\w-]*(?:\.[\w-]*)*/g
const credentials = /\b(Bearer|Basic|DPoP) +[\w.~+/=-]{8,}/gi

/** JSON Web Tokens, and what follows the name of an authentication scheme. */
export function redactTokens(text: string): string {
  return text.replaceAll(jwt, '[redacted]').replaceAll(credentials, '$1 [redacted]')
}
