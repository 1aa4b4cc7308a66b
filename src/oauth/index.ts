export { clientAssertionAlgorithms, judgeClientKey } from './client-key.ts'
export { clientIdForm, clientSecretForm, organizationCodeForm, userIdForm } from './id-forms.ts'
export { issuerAddress } from './issuer-address.ts'
export { isJsonObject, type JsonObject, type JsonValue } from './json.ts'
export { anyOf } from './json-schema.ts'
export { managementScopes } from './management-scopes.ts'
export { productKeyPattern } from './product-key.ts'
export {
  matchesOne,
  mayBeRedirectedTo,
  originOf,
  originProblem,
  redirectUriProblem,
  webAddressProblem,
} from './redirect-uri.ts'
export {
  isPersonScope,
  offlineSpellingOf,
  offlineSpellings,
  personScopes,
  scopeName,
  scopeWords,
  spelledFor,
  type OfflineSpelling,
} from './scopes.ts'
export { tokenKindLabel, tokenKinds, type TokenKind } from './token-kind.ts'
