// How large the headers of a request may be: our own endpoints must take every token that we issue, which comes in `Authorization`, or as
// `id_token_hint` in the request line.
import type { RunLimits } from '../runtime/index.ts'

/** Cookies, DPoP proofs, what proxies add: the bound of most servers. */
const otherHeaderBytes = 16_384

/** Default claims have no limit of their own (docs/decisions/0003): three hundred roles with their names are 40 KiB. */
const defaultClaimsBytes = 49_152

/** Header, signature and the claims that no workflow changes. */
const fixedTokenBytes = 2_048

/** Of the largest token, as base64url, and everything beside it. */
export function headerBytes({ claimsBytes }: Pick<RunLimits, 'claimsBytes'>): number {
  const tokenBytes = defaultClaimsBytes + claimsBytes + fixedTokenBytes
  return otherHeaderBytes + Math.ceil((tokenBytes * 4) / 3)
}
