export { clientProblems } from './client-problems.ts'
export { openIssuer, type Issuer } from './issuer.ts'
