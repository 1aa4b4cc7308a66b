export { clientProblems } from './clients/client-problems.ts'
export { openIssuer, type Issuer } from './issuer.ts'
