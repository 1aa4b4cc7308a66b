// The grace of a rotated refresh token. Its holder may have lost the response, or two tabs may have refreshed at once; neither must
// cost the session. So for a few seconds the previous token is answered with its successor, the same one again, and only while that
// successor is unused (assurance RT-02, RT-03). Whatever comes later, or after the successor was used, is a reuse: the engine then
// revokes the family.
import type { ArtifactStore, StoredArtifact } from '../../store/index.ts'
import { hashOfArtifactId } from '../artifact-id.ts'

export interface GraceDeps {
  readonly artifacts: Pick<ArtifactStore, 'find'>
  readonly nowMs: () => number
  readonly graceMs: number
  /** The value of the token that replaces another: always the same one (engine/derived-successors.ts). */
  readonly successorOf: (refreshToken: string) => string
}

/**
 * `successor`: the value to answer with. `reused`: the token was used before and no grace applies. `row` is what the judgement is of,
 * if there is such a token at all.
 */
export type Presented = { readonly row: StoredArtifact | undefined } & (
  | { readonly kind: 'usable' }
  | { readonly kind: 'successor'; readonly value: string }
  | { readonly kind: 'reused'; readonly clientId: string; readonly accountId: string | null }
)

export async function judgePresented(refreshToken: string, deps: GraceDeps): Promise<Presented> {
  const presented = await deps.artifacts.find('RefreshToken', hashOfArtifactId(refreshToken))
  if (!presented || presented.consumedAtMs === null) return { kind: 'usable', row: presented }
  const { successorIdHash } = presented
  if (successorIdHash !== null && isWithinGrace(presented, deps)) {
    const next = await deps.artifacts.find('RefreshToken', successorIdHash)
    if (next?.consumedAtMs === null)
      return { kind: 'successor', value: deps.successorOf(refreshToken), row: next }
  }
  const { clientId, accountId } = presented.payload
  return {
    kind: 'reused',
    row: presented,
    clientId: typeof clientId === 'string' ? clientId : '',
    accountId: typeof accountId === 'string' ? accountId : null,
  }
}

/** A token that expired meanwhile is not brought back. */
function isWithinGrace(
  { consumedAtMs, expiresAtMs }: StoredArtifact,
  { nowMs, graceMs }: GraceDeps,
): boolean {
  const now = nowMs()
  return consumedAtMs !== null && now - consumedAtMs < graceMs && (expiresAtMs === null || expiresAtMs > now)
}
