// The engine behind the steps of a sign-in (sign-in/engine.ts): finds what it persisted of a sign-in, and hands it what came of a step.
import type { Interaction, InteractionResults, KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { Exchange, PendingSignIn, SignInEngine, StepOutcome } from '../../sign-in/index.ts'
import type { AnswerOnce } from '../http/answer-once.ts'
import { browserSession } from '../http/browser-session.ts'
import { endSession, leaveSession, type SessionEndDeps } from '../http/end-session.ts'
import { readForm } from '../http/form-body.ts'
import { formOnce } from '../http/forms-once.ts'
import { isEngineContext } from '../overrides/current-context.ts'
import { previewResult } from '../request/sign-in-facts.ts'
import { beginAnew } from './begin-anew.ts'
import { isOver, reauthRedirect } from './expired-sign-in.ts'
import { isInItsSession } from './session-of-interaction.ts'

export interface SignInEngineDeps extends SessionEndDeps {
  /** The issuer's address. */
  readonly issuer: string
  readonly once: AnswerOnce
  readonly nowMs: () => number
}

export function signInEngine(deps: SignInEngineDeps): SignInEngine {
  return {
    async find(exchange, uid) {
      const interaction = await deps.provider.Interaction.find(uid)
      return interaction && pendingSignIn(contextOf(exchange), interaction, deps)
    },
    session: (exchange) => browserSession(contextOf(exchange), deps.provider, deps.nowMs),
    async endSession(exchange) {
      await endSession(contextOf(exchange), deps)
    },
    takeOnce: (exchange, path, form, work) => deps.once(contextOf(exchange), formOnce(path, form), work),
    readForm: (exchange) => readForm(contextOf(exchange)),
  }
}

/** The exchange that a page of sign-in/ holds is the engine's context. */
export function contextOf(exchange: Exchange): KoaContextWithOIDC {
  if (!isEngineContext(exchange)) throw new Error('a page was asked for outside of the engine')
  return exchange
}

export function pendingSignIn(
  ctx: KoaContextWithOIDC,
  interaction: Interaction,
  deps: SignInEngineDeps,
): PendingSignIn {
  const { provider } = deps
  return {
    uid: interaction.uid,
    param(name) {
      const value = interaction.params[name]
      return typeof value === 'string' && value !== '' ? value : undefined
    },
    due: interaction.prompt,
    accountId: interaction.session?.accountId,
    isTaken: interaction.result !== undefined,
    isExpired: isOver(interaction, deps.nowMs),
    resumeAddress: interaction.returnTo,
    isOfThisBrowser: signedCookie(ctx, 'interaction', provider) === interaction.uid,
    isInItsSession: () => isInItsSession(ctx, interaction, provider),
    reauthAddress: reauthRedirect(interaction, deps.issuer),
    beginAnew: (without) => beginAnew(ctx, interaction, provider, without),
    async beginAnewAsAnotherUser() {
      await leaveSession(ctx, deps)
      await beginAnew(ctx, interaction, provider)
    },
    async finish(outcome) {
      if (outcome.kind === 'signed-in') await leaveOtherUser(ctx, interaction, outcome.userId, deps)
      const result = { ...grantedBefore(interaction), ...resultOf(outcome) }
      const address = await provider.interactionResult(ctx.req, ctx.res, result)
      ctx.set('cache-control', 'no-store')
      ctx.status = 303
      ctx.redirect(address)
    },
  }
}

/** The value of one of the engine's signed cookies. */
export function signedCookie(
  ctx: KoaContextWithOIDC,
  name: 'interaction' | 'resume',
  provider: Provider,
): string | undefined {
  return ctx.cookies.get(provider.cookieName(name), { signed: true })
}

function resultOf(outcome: StepOutcome): InteractionResults {
  switch (outcome.kind) {
    case 'signed-in': {
      const { userId: accountId, connectionId, identityId, proof } = outcome
      return {
        login: { accountId, amr: [...proof.amr], ...(proof.acr !== null && { acr: proof.acr }) },
        // The prompt `create` is answered by having signed in, too.
        create: {},
        signIn: { connectionId, identityId },
      }
    }
    case 'preview':
      return { preview: outcome.preview }
    case 'organization':
      return { organization: { code: outcome.code } }
    case 'refused':
      return { error: outcome.error, error_description: outcome.description }
    case 'checked-again':
      return {}
  }
}

/** The engine hands over the result of the last step only; the preview of a sign-in is asked for first, and holds until its end. */
function grantedBefore({ lastSubmission }: Interaction): InteractionResults {
  const before = previewResult.safeParse(lastSubmission)
  return before.success ? { preview: before.data.preview } : {}
}

/** The session of another user in this browser ends first: a session that holds two accounts mixes them up. */
async function leaveOtherUser(
  ctx: KoaContextWithOIDC,
  interaction: Interaction,
  userId: string,
  deps: SignInEngineDeps,
): Promise<void> {
  const { accountId: before } = await deps.provider.Session.get(ctx)
  if (before === undefined || before === userId) return
  await leaveSession(ctx, deps)
  Reflect.deleteProperty(interaction, 'session')
  await interaction.save(interaction.exp - Math.floor(Date.now() / 1_000))
}
