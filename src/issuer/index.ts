export { clientProblems } from './clients/client-problems.ts'
export { openIssuer } from './issuer.ts'
export type { Issuer } from './issuer-options.ts'
