export { isJsonObject, type JsonObject, type JsonValue } from './json.ts'
export { managementScopes } from './management-scopes.ts'
export { redirectUriMatches, redirectUriProblem } from './redirect-uri.ts'
export { tokenKindLabel, tokenKinds, type TokenKind } from './token-kind.ts'
