// What the protocol engine keeps between requests: sessions, interactions, grants, codes, refresh tokens, device codes and the
// like. No bearer value is stored: a row is found by the SHA-256 of the id (assurance RT-07).
//
// Everything that belongs together is written by one commit(), in one transaction. Codes and refresh tokens are single-use
// because `consume` compares and sets (INV-1, INV-2): of many commits that consume the same artifact one succeeds.
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

export type ArtifactChange =
  | { readonly kind: 'put'; readonly artifact: Artifact }
  /** Loses, and undoes the whole commit, when an artifact of that model and id is there, expired or not. */
  | { readonly kind: 'put-new'; readonly artifact: Artifact }
  /** Loses, and undoes the whole commit, when the artifact is gone or was consumed before. */
  | {
      readonly kind: 'consume'
      readonly model: ArtifactModel
      readonly idHash: string
      readonly atMs: number
      readonly successorIdHash?: string
    }
  | { readonly kind: 'delete'; readonly model: ArtifactModel; readonly idHash: string }
  /** Every artifact of a grant and the grant itself: a revoked family. */
  | { readonly kind: 'delete-grant'; readonly grantId: string; readonly models?: readonly ArtifactModel[] }
  /** Everything of a user, what belongs to the user's grants included: after a new password or a suspension (RT-05). */
  | { readonly kind: 'delete-account'; readonly accountId: string; readonly exceptSessionUid?: string }

export type CommitResult =
  | { readonly kind: 'committed' }
  | { readonly kind: 'already-consumed'; readonly idHash: string }
  | { readonly kind: 'already-there'; readonly idHash: string }

export interface ArtifactStore {
  /** These three reject with StoreError `store_corrupt` for a row that cannot be read, once: it is removed. */
  find(model: ArtifactModel, idHash: string): Promise<StoredArtifact | undefined>
  findByUid(model: ArtifactModel, uid: string): Promise<StoredArtifact | undefined>
  findByUserCode(model: ArtifactModel, userCode: string): Promise<StoredArtifact | undefined>
  /** One transaction; durable when it resolves. */
  commit(changes: readonly ArtifactChange[]): Promise<CommitResult>
  /** Removes what expired before `nowMs`, a bounded number at a time; resolves to how many. */
  prune(nowMs: number, signal?: AbortSignal): Promise<number>
}
