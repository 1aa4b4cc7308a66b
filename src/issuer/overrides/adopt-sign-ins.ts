// Our facts of a sign-in go into the session as soon as the engine has taken it over, and the user who signed in is not counted as a stranger any more.
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import { requestState } from '../request/request-state.ts'
import { noSessionFacts, signInResult } from '../request/sign-in-facts.ts'

export function adoptSignIns(provider: Provider, onSignedIn: (ctx: KoaContextWithOIDC) => void): void {
  provider.on('interaction.ended', (ctx) => {
    const { result } = ctx.oidc.entities.Interaction ?? {}
    const signIn = signInResult.safeParse(result)
    if (!signIn.success) return
    const { facts } = requestState(ctx)
    facts.set('Session', { ...noSessionFacts, ...signIn.data.signIn })
    onSignedIn(ctx)
  })
}
