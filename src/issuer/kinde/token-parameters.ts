// The scope of a token request, brought to one spelling before the engine sees it (scopes.ts).
import {
  isPersonScope,
  offlineSpellingOf,
  scopeName,
  scopeWords,
  type OfflineSpelling,
} from '../../oauth/index.ts'

export interface SpelledTokenRequest {
  readonly form: URLSearchParams
  /** How this request spells the scope of its refresh token, if it names it. */
  readonly offlineSpelling: OfflineSpelling | undefined
}

export function spellTokenRequest(given: URLSearchParams): SpelledTokenRequest {
  const [scope, ...more] = given.getAll('scope')
  // The engine refuses a parameter that is repeated (RFC 6749 §3.2).
  if (scope === undefined || more.length > 0) return { form: given, offlineSpelling: undefined }
  const asked = scopeWords(scope)
  const words = meantBy(asked, given.get('grant_type'))
  const form = new URLSearchParams(given)
  if (words.length > 0) form.set('scope', [...new Set(words)].join(' '))
  else form.delete('scope')
  return { form, offlineSpelling: offlineSpellingOf(asked) }
}

function meantBy(asked: readonly string[], grantType: string | null): readonly string[] {
  // A client repeats what it asked for at the sign-in, which left out what it did not know.
  if (grantType === 'refresh_token') return asked.filter(isPersonScope).map(scopeName)
  // Libraries send the scopes of a sign-in with every request; to a machine, which is not a person, they mean nothing.
  if (grantType === 'client_credentials') return asked.filter((scope) => !isPersonScope(scope))
  return asked
}
