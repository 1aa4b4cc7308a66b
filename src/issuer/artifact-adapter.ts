// The engine's storage adapter over the artifact store. Three things are ours: facts travel beside the engine's records
// (request/request-state.ts), what a token request writes is collected and made in one transaction at its end (token-unit.ts), so that
// a crash leaves either the old refresh token or its successor, never neither; and times are kept by the clock that all replicas share.
import type { Adapter, AdapterPayload } from 'oidc-provider'
import { isJsonObject, type JsonObject } from '../oauth/index.ts'
import {
  isCommitted,
  type ArtifactChange,
  type ArtifactStore,
  type Store,
  type StoredArtifact,
} from '../store/index.ts'
import { hashOfArtifactId, idOfArtifactHash, isIdOfHash } from './request/artifact-id.ts'
import { isOfDomain, markOf } from './request/domain-mark.ts'
import { fromEngineTime, toEngineTime, withTimes } from './overrides/engine-clock.ts'
import { currentContext } from './overrides/current-context.ts'
import { requestState, type RequestState } from './request/request-state.ts'
import { withVisit } from './request/sign-in-facts.ts'
import { countRecord, type StrangersRecordsDeps } from './strangers-records.ts'

interface AdapterDeps extends StrangersRecordsDeps {
  /** The domain whose records these are; undefined for the main one. */
  readonly customDomain: string | undefined
  readonly artifacts: ArtifactStore
  readonly commit: Store['commit']
  readonly nowMs: () => number
}

export class ArtifactAdapter implements Adapter {
  readonly #model: string
  readonly #deps: AdapterDeps

  constructor(model: string, deps: AdapterDeps) {
    this.#model = model
    this.#deps = deps
  }

  async upsert(id: string, payload: AdapterPayload, expiresInSeconds: number): Promise<void> {
    const state = stateOfRequest()
    const ctx = currentContext()
    if (ctx) countRecord(this.#model, payload, ctx, this.#deps)
    const { jti: _, ...record } = payload
    const put = {
      kind: 'put-artifact',
      artifact: {
        model: this.#model,
        idHash: hashOfArtifactId(id),
        payload: {
          ...withTimes(withoutBearerIds(record), fromEngineTime, this.#deps.nowMs),
          ...markOf(this.#deps),
        },
        facts: (this.#model === 'Session' ? this.#sessionFacts() : state?.facts.get(this.#model)) ?? null,
        grantId: this.#model === 'Grant' ? id : text(payload.grantId),
        uid: this.#model === 'Session' ? text(payload.uid) : null,
        userCode: text(payload.userCode),
        // What belongs to a grant is found by it: a token needs no index entry of its own for its account.
        accountId: this.#model === 'Grant' || !payload.grantId ? accountOf(payload) : null,
        expiresAtMs: expiresInSeconds ? this.#deps.nowMs() + expiresInSeconds * 1_000 : null,
      },
    } as const
    if (this.#model === 'Interaction' && payload.result !== undefined) await this.#takeStep(put)
    else await this.#write(state, put)
  }

  /** Undefined until a user has signed in. */
  #sessionFacts(): JsonObject | undefined {
    const ctx = currentContext()
    if (ctx === undefined) return undefined
    const facts = requestState(ctx).facts.get('Session')
    if (facts === undefined) return undefined
    const userAgent = ctx.get('user-agent') || null
    return withVisit(facts, { atMs: this.#deps.nowMs(), ip: this.#deps.addressOf(ctx), userAgent })
  }

  /** A step has one result, the first (compare-and-set): a second form of it, from another tab or replica, changes nothing. */
  async #takeStep(put: ArtifactChange & { readonly kind: 'put-artifact' }): Promise<void> {
    const { model, idHash } = put.artifact
    const consume = { kind: 'consume-artifact', model, idHash, atMs: this.#deps.nowMs() } as const
    await isCommitted(this.#deps.commit([consume, put]))
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    if (!mayBeLookedUp(id)) return undefined
    const idHash = hashOfArtifactId(id)
    const { judged, grant } = stateOfRequest() ?? {}
    const isThis = (known: { readonly model: string; readonly idHash: string } | undefined) =>
      known?.model === this.#model && known.idHash === idHash
    if (isThis(judged)) return this.#found(judged, id)
    const row = isThis(grant) ? grant?.row : this.#deps.artifacts.find(this.#model, idHash)
    return this.#found(await row, id)
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#found(await this.#deps.artifacts.findByUid(this.#model, uid), undefined)
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    const artifact = await this.#deps.artifacts.findByUserCode(this.#model, userCode)
    return artifact && this.#found(artifact, idOfArtifactHash(artifact.idHash))
  }

  async consume(id: string): Promise<void> {
    const change = {
      kind: 'consume-artifact',
      model: this.#model,
      idHash: hashOfArtifactId(id),
      atMs: this.#deps.nowMs(),
    } as const
    await isCommitted(this.#write(stateOfRequest(), change))
  }

  /**
   * Never waits for a unit: a revocation holds even when the request that made it fails. A refresh token takes its family along. The
   * engine would revoke that a step later, and a crash in between would leave it for good: the token that tells of it is gone.
   */
  async destroy(id: string): Promise<void> {
    const idHash = hashOfArtifactId(id)
    const isRefreshToken = this.#model === 'RefreshToken'
    const grantId = isRefreshToken ? (await this.#deps.artifacts.find(this.#model, idHash))?.grantId : null
    await this.#deps.commit([
      { kind: 'delete-artifact', model: this.#model, idHash },
      ...(grantId ? [revocation(grantId)] : []),
    ])
  }

  /** The engine asks for one model after the other; whichever is first, all go together. */
  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#deps.commit([revocation(grantId)])
  }

  async #write(state: RequestState | undefined, change: ArtifactChange): Promise<void> {
    if (state?.unit) state.unit.push(change)
    else await this.#deps.commit([change])
  }

  #isOfferedHere(artifact: StoredArtifact): boolean {
    const isOfAnyDomain =
      modelsOfAllDomains.has(this.#model) || routesOfAllDomains.has(currentContext()?.oidc?.route ?? '')
    return isOfAnyDomain || isOfDomain(artifact, this.#deps)
  }

  #found(artifact: StoredArtifact | undefined, id: string | undefined): AdapterPayload | undefined {
    if (!artifact || !this.#isOfferedHere(artifact)) return undefined
    const state = stateOfRequest()
    if (state && artifact.facts) state.facts.set(this.#model, artifact.facts)
    const { consumedAtMs, payload } = artifact
    if (state && consumedAtMs !== null)
      state.reused = { clientId: text(payload['clientId']) ?? '', accountId: text(payload['accountId']) }
    const record = {
      ...payload,
      ...(id !== undefined && { jti: id }),
      ...(consumedAtMs !== null && { consumed: Math.floor(consumedAtMs / 1_000) }),
    }
    return withTimes(record, toEngineTime, this.#deps.nowMs)
  }
}

/** All that a grant gave. The grant itself stays for what else was asked of it, as when only an access token is revoked. */
function revocation(grantId: string): ArtifactChange {
  return {
    kind: 'delete-grant',
    grantId,
    models: ['AccessToken', 'RefreshToken', 'AuthorizationCode', 'DeviceCode'],
  }
}

/** An access token is good at every domain, and is checked by its grant. */
const modelsOfAllDomains = new Set(['AccessToken', 'ClientCredentials', 'Grant'])

/** Learning of a token, and ending it, is not using it. */
const routesOfAllDomains = new Set(['introspection', 'revocation'])

/** An id made of a hash gives nothing: it is looked up for the pages of a device, and to revoke what it names. */
const routesOfHashes = new Set(['device_resume', 'code_verification', 'revocation'])

function mayBeLookedUp(id: string): boolean {
  return !isIdOfHash(id) || routesOfHashes.has(currentContext()?.oidc?.route ?? '')
}

function stateOfRequest(): RequestState | undefined {
  const context = currentContext()
  return context && requestState(context)
}

/**
 * The engine's record as it is: plain data, made for this one write. An interaction remembers the id of the session that it began in,
 * which is the value of the session's cookie; that is left out.
 */
function withoutBearerIds(record: unknown): JsonObject {
  if (!isJsonObject(record)) throw new Error('the engine wrote a record that is not an object')
  const { session } = record
  if (!isJsonObject(session)) return record
  const { cookie: _, ...rest } = session
  return { ...record, session: rest }
}

/** A sign-in that has not been taken over into a session yet ends with the user's sessions, so it is found like them. */
function accountOf({ accountId, result }: AdapterPayload): string | null {
  return text(result?.login?.accountId) ?? text(accountId)
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
