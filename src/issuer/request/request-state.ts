// What one request carries beside the engine's own context: facts that travel with artifacts, the writes of a token request that
// are made together, and the decision. Kept by the Koa context, so that nothing is hidden in a module and nothing outlives the
// request.
import type { JWTPayload } from 'jose'
import type { JsonObject } from '../../oauth/index.ts'
import type { ArtifactChange, StoredArtifact, TokenSubject } from '../../store/index.ts'
import type { Refusal } from '../../sign-in/index.ts'
import type { MintedTokens } from './minted-tokens.ts'
import type { OfflineSpelling } from '../../oauth/index.ts'

export interface RequestState {
  /** When the request came, before anything was waited for, by the clock of the issuer. Undefined outside of a request. */
  arrivedAtMs: number | undefined
  /** Writes of a token request, made in one transaction at its end; undefined elsewhere: then each is made at once. */
  unit: ArtifactChange[] | undefined
  /** Our facts beside the engine's records, by model: read with the artifact, written with the next one of its model. */
  readonly facts: Map<string, JsonObject>
  /** The address that was called, where the engine knows its resource by another. */
  calledPath: string | undefined
  /** A code for a device that came with the address of its page. */
  userCode: string | undefined
  /** The organization that was settled for this sign-in; undefined before it is. */
  organizationCode: string | null | undefined
  /** Why the decision of this sign-in was against it; made once, however often the engine asks. */
  refusal: Promise<Refusal | undefined> | undefined
  /** What the decision allows to be signed. */
  minted: MintedTokens | undefined
  /** The text of the access token, for `at_hash`. */
  accessTokenText: string | undefined
  /** Set when a refresh token is answered by the grace (refresh-grace.ts): the successor is handed out again, not rotated. */
  isGrace: boolean
  /**
   * The row of the refresh token as the grace judged it. The engine is shown this one: another look could find it used meanwhile, and
   * the engine would revoke the family of two tabs that refresh at once. The later request loses at the commit and is judged again.
   */
  judged: StoredArtifact | undefined
  /** The form of a token request, undefined when its body is something else. Rejects with MalformedForm. */
  tokenForm: Promise<URLSearchParams | undefined> | undefined
  /** Reads of a refresh that were begun before they are asked for (grants/read-ahead.ts): the presented token, its grant, its user. */
  presented: ArtifactAhead | undefined
  grant: ArtifactAhead | undefined
  subject: SubjectAhead | undefined
  /** The value of the refresh token that will replace the presented one (overrides/derived-successors.ts). */
  successor: string | undefined
  /** A code that the request presented although it had been used, so its holder may not be its owner. */
  reused: ReusedArtifact | undefined
  /** How this token request spells the scope of its refresh token, if it names it. */
  offlineSpelling: OfflineSpelling | undefined
  /** Proofs and assertions that this request has used up: they stay its own when its commit has to be tried again. */
  readonly proofs: Set<string>
  /** The claims of an access token whose signature was verified: introspection and revocation look it up by its `jti`. */
  verifiedToken: JWTPayload | undefined
}

/** An artifact that is being read. */
export interface ArtifactAhead {
  readonly model: string
  readonly idHash: string
  readonly row: Promise<StoredArtifact | undefined>
}

/** A user who is being read for a mint. */
export interface SubjectAhead {
  readonly userId: string
  readonly organizationCode: string | null
  readonly found: Promise<TokenSubject | undefined>
}

export interface ReusedArtifact {
  readonly clientId: string
  readonly accountId: string | null
}

const states = new WeakMap<object, RequestState>()

export function requestState(context: object): RequestState {
  const known = states.get(context)
  if (known) return known
  const state: RequestState = {
    arrivedAtMs: undefined,
    unit: undefined,
    facts: new Map(),
    calledPath: undefined,
    userCode: undefined,
    organizationCode: undefined,
    refusal: undefined,
    minted: undefined,
    accessTokenText: undefined,
    isGrace: false,
    judged: undefined,
    tokenForm: undefined,
    presented: undefined,
    grant: undefined,
    subject: undefined,
    successor: undefined,
    reused: undefined,
    offlineSpelling: undefined,
    proofs: new Set(),
    verifiedToken: undefined,
  }
  states.set(context, state)
  return state
}
