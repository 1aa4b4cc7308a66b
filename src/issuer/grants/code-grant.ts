// grant_type=authorization_code and the device code's: the decision was made before the code existed and lies beside it; redeeming
// it is one transaction in which the code is used up.
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { ArtifactStore } from '../../store/index.ts'
import { requestState } from '../request-state.ts'
import { withFacts } from './attached-facts.ts'
import { inOneTransaction } from './token-unit.ts'

type GrantHandler = (ctx: KoaContextWithOIDC) => Promise<void>

export function codeGrant(handler: GrantHandler, artifacts: ArtifactStore): GrantHandler {
  return (ctx) =>
    inOneTransaction(ctx, handler, artifacts, (changes) => withFacts(changes, requestState(ctx)))
}
