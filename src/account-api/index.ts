export { accountApi, type AccountApi } from './account-api.ts'
export { accountApiReference } from './reference.ts'
