// Every member of the engine that Mintage replaces, in one place. contract.test.ts names each of them, with its number of parameters: when a
// new version of oidc-provider moves one, that test says which.
import type { Provider } from 'oidc-provider'
import type { FindApplication } from '../../sign-in/index.ts'
import type { Store } from '../../store/index.ts'
import { useOurAddresses } from './addresses.ts'
import { useOurClientRules } from './client-rules.ts'
import { deriveSuccessors } from './derived-successors.ts'
import { keepInteractions } from './kept-interactions.ts'
import { detectReplaysAtOnce } from './replay-detection.ts'
import { endGrantsWithSession, type OnSessionEnded } from './session-end.ts'
import { useMintedTokens, type FormatDeps } from './token-formats.ts'

export interface OverrideDeps extends FormatDeps {
  readonly findApplication: FindApplication
  readonly commit: Store['commit']
  readonly onSessionEnded: OnSessionEnded
}

export function overrideEngine(provider: Provider, deps: OverrideDeps): void {
  useMintedTokens(provider, deps)
  useOurClientRules(provider, deps)
  useOurAddresses(provider)
  endGrantsWithSession(provider, deps.commit, deps.onSessionEnded)
  keepInteractions(provider)
  deriveSuccessors(provider)
  detectReplaysAtOnce(provider, deps.commit)
}
