export { openIssuer, type Issuer, type IssuerOptions, type VerifiedAccessToken } from './issuer.ts'
