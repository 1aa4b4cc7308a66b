// The issuer: what its domains share, a domain for each of its addresses, and which of them answers a request.
import { openDomain } from './domain.ts'
import type { Issuer, IssuerOptions } from './issuer-options.ts'
import { verifiedAccessToken } from './request/stored-access-token.ts'
import { openSharedParts } from './shared-parts.ts'

export async function openIssuer(options: IssuerOptions): Promise<Issuer> {
  const { issuer, customDomains = [] } = options
  const issuers = [issuer, ...customDomains]
  const shared = await openSharedParts(options)
  const main = openDomain({ issuer, customDomain: undefined, issuers }, options, shared)
  const custom = customDomains.map((customDomain) => ({
    customDomain,
    ...openDomain({ issuer: customDomain, customDomain, issuers }, options, shared),
  }))
  const byHost = new Map(custom.map((domain) => [new URL(domain.customDomain).host, domain]))
  return {
    handler: (req, res) => (byHost.get(req.headers.host ?? '') ?? main).handler(req, res),
    verifyAccessToken: async (token) => verifiedAccessToken(await main.findAccessToken(token)),
    async notifySessionEnd(notice) {
      const { customDomain } = notice
      // An application takes the logout token of the issuer that it signed in at, and of no other.
      const domain =
        customDomain === undefined ? main : custom.find((one) => one.customDomain === customDomain)
      await domain?.notifySessionEnd(notice)
    },
    signer: main.signer,
  }
}
