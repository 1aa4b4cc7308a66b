// Which lines of mintage.yaml are not shown with a problem, because they hold a secret or may.

const secretKeys: ReadonlySet<PropertyKey> = new Set(['password', 'clientSecret', 'encryptionKey'])
/** A key that was mistyped holds its secret all the same: `passwort`, `client_secret`. */
const secretLine = /(?:^|[\s{,'"])(?!passwords\b)[\w-]*(?:pass|secret(?!Fetch)|encryption)[\w-]*['"]?\s*:/i
/** The path or query of a webhook's address may be a secret of its receiver. */
const addressLine = /:\/\/|(?:^|[\s{,'"])url['"]?\s*:/
const variableLine = /(?:^|[\s{,'"])value['"]?\s*:/

/** `path` is undefined when the text is not YAML, so that the place of the line is unknown. */
export function mayHoldSecret(line: string, path: readonly PropertyKey[] | undefined): boolean {
  if (secretLine.test(line) || (path !== undefined && path.some((key) => secretKeys.has(key)))) return true
  if ((path === undefined || path[0] === 'webhooks') && addressLine.test(line)) return true
  const isVariable = path === undefined || path[0] === 'environmentVariables'
  return isVariable && (variableLine.test(line) || path?.at(-1) === 'value')
}
