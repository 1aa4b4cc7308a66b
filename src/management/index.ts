export { managementApi } from './management-api.ts'
export type { AccessTokenFacts } from './management-deps.ts'
export { managementReference } from './reference.ts'
