export { openIssuer, type Issuer } from './issuer.ts'
