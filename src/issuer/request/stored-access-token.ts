// An access token as the endpoints of this issuer accept it: its signature holds, it has not expired, and it was not revoked.
import type { TokenSigner } from '../../keys/index.ts'
import type { JsonObject } from '../../oauth/index.ts'
import { isJsonObject } from '../../oauth/index.ts'
import type { ArtifactStore } from '../../store/index.ts'
import { hashOfArtifactId } from './artifact-id.ts'

export interface StoredAccessToken {
  readonly clientId: string
  /** Undefined in a machine's token, which has none or names the client itself (RFC 9068 §2.2). */
  readonly subject: string | undefined
  readonly scopes: readonly string[]
  readonly claims: JsonObject
}

export function accessTokenFinder(
  signer: Pick<TokenSigner, 'verifyAccessToken'>,
  artifacts: Pick<ArtifactStore, 'find'>,
) {
  return async (token: string): Promise<StoredAccessToken | undefined> => {
    const claims: unknown = await signer.verifyAccessToken(token)
    if (!isJsonObject(claims)) return undefined
    const { jti, sub, azp, scp } = claims
    if (typeof jti !== 'string' || typeof azp !== 'string') return undefined
    const subject = typeof sub === 'string' && sub !== azp ? sub : undefined
    const model = subject === undefined ? 'ClientCredentials' : 'AccessToken'
    if (!(await isStored(model, jti, artifacts))) return undefined
    return { clientId: azp, subject, scopes: strings(scp), claims }
  }
}

/** A revoked token is not there any more; of one that was written while its family was being revoked, the grant is not. */
async function isStored(
  model: string,
  jti: string,
  artifacts: Pick<ArtifactStore, 'find'>,
): Promise<boolean> {
  const token = await artifacts.find(model, hashOfArtifactId(jti))
  if (!token?.grantId) return token !== undefined
  return (await artifacts.find('Grant', hashOfArtifactId(token.grantId))) !== undefined
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

export interface VerifiedAccessToken {
  readonly clientId: string
  /** Absent in a machine's token. */
  readonly subject: string | undefined
  readonly audiences: readonly string[]
  readonly scopes: readonly string[]
  /** `org_code`: the organization that the token is for. */
  readonly organizationCode: string | null
}

/** Of a Bearer token. RFC 9449 §7.2: a bound token without a proof is worth nothing, and a Bearer token comes without one. */
export function verifiedAccessToken(found: StoredAccessToken | undefined): VerifiedAccessToken | undefined {
  if (!found || found.claims['cnf'] !== undefined) return undefined
  const { claims, clientId, scopes, subject } = found
  const { aud = [], org_code: organizationCode } = claims
  return {
    clientId,
    subject,
    audiences: [aud].flat().filter((audience) => typeof audience === 'string'),
    scopes,
    organizationCode: typeof organizationCode === 'string' ? organizationCode : null,
  }
}
