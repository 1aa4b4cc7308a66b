// Addresses of an application that comes from elsewhere, as far as they may be registered here: by the rules of mintage.yaml and the management
// API. One that is refused is reported, and the others are kept.
import { originProblem, redirectUriProblem, webAddressProblem } from '../oauth/index.ts'
import type { ApplicationRecord } from '../store/index.ts'
import type { Remark } from './import-report.ts'

type Addresses = Pick<
  ApplicationRecord,
  'redirectUris' | 'logoutUris' | 'corsOrigins' | 'homepageUri' | 'loginUri'
>

export function takenAddresses(name: string, given: Addresses, remarks: Remark[]): Addresses {
  const isTaken = (what: string, address: string, problemOf: (address: string) => string | undefined) => {
    const problem = problemOf(address)
    if (problem !== undefined)
      remarks.push({
        kind: 'skipped',
        at: `application ${name}: ${address.slice(0, 300)}`,
        reason: `${what} that ${problem}`,
      })
    return problem === undefined
  }
  const page = (what: string, address: string | null) =>
    address !== null && isTaken(what, address, webAddressProblem) ? address : null
  return {
    loginUri: page('a sign-in address', given.loginUri),
    homepageUri: page('a homepage', given.homepageUri),
    redirectUris: given.redirectUris.filter((uri) => isTaken('a redirect URI', uri, redirectUriProblem)),
    logoutUris: given.logoutUris.filter((uri) => isTaken('a sign-out URI', uri, redirectUriProblem)),
    corsOrigins: given.corsOrigins.filter((origin) => isTaken('an origin', origin, originProblem)),
  }
}
