// The account page as an application of its own issuer: a person who opens it signed out signs in by an ordinary authorization request,
// with all that belongs to one. No other application's tokens are concerned, so no organization is chosen and no workflow runs, and the
// code that comes back is never redeemed: the session is all that the page needs.
import { newApplication, type RandomBytes } from '../../directory/index.ts'
import type { ApplicationRecord, DirectoryStore } from '../../store/index.ts'
import { accountPath, accountSignedInPath } from '../paths.ts'

/** Declared applications have 32 hexadecimal digits, so none has this id. */
export const accountClientId = 'account'

export type FindApplication = (clientId: unknown) => Promise<ApplicationRecord | undefined>

interface AccountApplicationDeps {
  readonly issuer: string
  readonly name: string
  readonly directory: DirectoryStore
  readonly random: RandomBytes
  readonly nowMs: () => number
}

/** Finds an application of the directory, or the account page. */
export function applicationFinder({
  issuer,
  name,
  directory,
  random,
  nowMs,
}: AccountApplicationDeps): FindApplication {
  const account: ApplicationRecord = Object.freeze({
    // Its secret is random and never shown, so that its codes give no tokens.
    ...newApplication({ clientId: accountClientId, name, type: 'reg' }, { random, now: nowMs }),
    redirectUris: [`${issuer}${accountSignedInPath}`],
    homepageUri: `${issuer}${accountPath}`,
  })
  return async (clientId) => {
    if (clientId === accountClientId) return account
    const { applications } = await directory.catalog()
    return applications.find((known) => known.clientId === clientId)
  }
}

/** The authorization request that a signed-out person begins at the account page. */
export function accountSignInHref(authorizationPath: string, issuer: string): string {
  const params = new URLSearchParams({
    client_id: accountClientId,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: `${issuer}${accountSignedInPath}`,
  })
  return `${authorizationPath}?${params.toString()}`
}
