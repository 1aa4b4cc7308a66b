// What answers requests. Read by itself (open-server.ts): commands without a server do without.
export { accountApi } from '../account-api/index.ts'
export { clientProblems, openIssuer } from '../issuer/index.ts'
export { managementApi } from '../management/index.ts'
export { serverErrorPage } from './error-page.ts'
export { openPlayground } from './open-playground.ts'
