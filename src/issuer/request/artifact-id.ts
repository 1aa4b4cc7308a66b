// The form in which ids that a bearer could use are looked up and stored (RT-07): their SHA-256. They have 256 bits of
// randomness or more, so a plain hash cannot be searched for.
//
// A device code that was found by its user code is known only by its hash, and the engine wants an id to save it again: then the
// id is the hash, marked as one. So is the refresh token in an answer whose cookie has the token itself (grants/cookie-refresh.ts):
// scripts can revoke by it. A reader of the database cannot redeem such an id: the adapter looks it up for the pages of the device
// flow and for revocation, and never at the token endpoint.
import { hash } from 'node:crypto'

const mark = 'hash:'

export function hashOfArtifactId(id: string): string {
  return isIdOfHash(id) ? id.slice(mark.length) : hash('sha256', id, 'hex')
}

export function idOfArtifactHash(idHash: string): string {
  return `${mark}${idHash}`
}

export function isIdOfHash(id: string): boolean {
  return id.startsWith(mark)
}
