// A DPoP proof or a client's assertion is good for one request (RFC 9449 §11.1, RFC 7523 §3). The engine looks whether it was seen and
// then notes it, so that of many requests at once all would pass; and what it notes would wait for the end of a token request
// (token-unit.ts). Here the look is the note: one of many is first, and at once.
import type { Provider } from 'oidc-provider'
import { isCommitted, type Store } from '../../store/index.ts'
import { hashOfArtifactId } from '../request/artifact-id.ts'
import { requestState } from '../request/request-state.ts'
import { currentContext } from './current-context.ts'

export function detectReplaysAtOnce(provider: Provider, commit: Store['commit']): void {
  const { ReplayDetection } = provider
  ReplayDetection.unique = async (issuer, jti, expiresAtSeconds) => {
    const context = currentContext()
    const proofs = context && requestState(context).proofs
    // One text for each pair, whatever is in its parts.
    const id = JSON.stringify([issuer, jti])
    if (proofs?.has(id)) return true
    const isFirst = await isCommitted(
      commit([{ kind: 'add-artifact', artifact: replayed(id, expiresAtSeconds) }]),
    )
    if (isFirst) proofs?.add(id)
    return isFirst
  }
}

function replayed(id: string, expiresAtSeconds: number) {
  return {
    model: 'ReplayDetection',
    idHash: hashOfArtifactId(id),
    payload: {},
    facts: null,
    grantId: null,
    uid: null,
    userCode: null,
    accountId: null,
    expiresAtMs: expiresAtSeconds * 1_000,
  }
}
