// What the protocol engine keeps between requests: sessions, interactions, grants, codes, refresh tokens, device codes and the
// like. No bearer value is stored: a row is found by the SHA-256 of the id (RT-07).
import type { JsonObject } from '../oauth/index.ts'

/** Names of the protocol engine's models, as it spells them. */
export type ArtifactModel = string

export interface Artifact {
  readonly model: ArtifactModel
  /** Hex SHA-256 of the id. */
  readonly idHash: string
  /** The engine's own record, without the id. */
  readonly payload: JsonObject
  /** What we keep beside it: the sign-in's facts, the decision of a code. */
  readonly facts: JsonObject | null
  readonly grantId: string | null
  /** A session's uid, by which an interaction finds it. */
  readonly uid: string | null
  readonly userCode: string | null
  /** Of what belongs to no grant, and of grants themselves. */
  readonly accountId: string | null
  readonly expiresAtMs: number | null
}

export interface StoredArtifact extends Artifact {
  readonly consumedAtMs: number | null
  /** Of a consumed refresh token: the one that replaced it. */
  readonly successorIdHash: string | null
}

export interface ArtifactStore {
  /** These three reject with StoreError `store_corrupt` for a row that cannot be read, once: it is removed. */
  find(model: ArtifactModel, idHash: string): Promise<StoredArtifact | undefined>
  findByUid(model: ArtifactModel, uid: string): Promise<StoredArtifact | undefined>
  /** Of a user and not expired at `nowMs`, at most so many; those that cannot be read are left out. */
  ofAccount(
    model: ArtifactModel,
    accountId: string,
    nowMs: number,
    most: number,
  ): Promise<readonly StoredArtifact[]>
  findByUserCode(model: ArtifactModel, userCode: string): Promise<StoredArtifact | undefined>
  /** Removes what expired before `nowMs`, a bounded number at a time; resolves to how many. */
  prune(nowMs: number, signal?: AbortSignal): Promise<number>
}
