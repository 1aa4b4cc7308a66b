export { managementApi, type ManagementApi } from './management-api.ts'
export type { AccessTokenFacts } from './management-deps.ts'
export { managementReference } from './reference.ts'
