// The table of steps (sign-in/steps.ts) as the engine's prompts, which it asks in this order at each authorization request.
import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import { z } from 'zod'
import {
  accountClientId,
  type RequestFacts,
  type SignInStep,
  signInSteps,
  type StepChecks,
} from '../../sign-in/index.ts'
import { chosenConnection, findInvitation, joinByThemselves, previewOf } from '../../directory/index.ts'
import type { Store } from '../../store/index.ts'
import { browserSessionOf } from '../http/browser-session.ts'
import { requestState } from '../request/request-state.ts'
import { parseSessionFacts, previewResult, sessionLife } from '../request/sign-in-facts.ts'
import { decideSignIn, type SignInDeps } from './decide-sign-in.ts'

const { Check, Prompt, base } = interactionPolicy

export interface PromptsDeps extends SignInDeps {
  readonly isSignUpAllowed: boolean
  readonly isLastOrganizationUsed: boolean
  readonly commit: Store['commit']
  readonly invitations: Store['invitations']
}

export function interactionPrompts(deps: PromptsDeps): InstanceType<typeof Prompt>[] {
  // OIDC Prompt Create §4.1: without sign-up, the engine knows no such prompt and says so.
  const steps = signInSteps.filter(({ name }) => name !== 'create' || deps.isSignUpAllowed)
  return steps.map((step) => promptOf(step, deps))
}

function promptOf(step: SignInStep, deps: PromptsDeps) {
  const { name, isRequestable: requestable } = step
  // The engine's own prompt of this name keeps its checks: no session, `prompt=login`, `max_age`, hints.
  const prompt = base().get(name) ?? withoutChecks(new Prompt({ name, requestable }))
  prompt.checks.add(checkOf(step, deps))
  return prompt
}

/** The engine adds one to a prompt that may be asked for; the row has its own. */
function withoutChecks(prompt: InstanceType<typeof Prompt>) {
  prompt.checks.clear()
  return prompt
}

function checkOf(step: SignInStep, deps: PromptsDeps) {
  const due = (ctx: KoaContextWithOIDC) => step.due(factsOf(ctx, deps.nowMs), checksOf(ctx, deps))
  const { reason, description, error } = step.silently
  return new Check(
    reason,
    description,
    error,
    async (ctx) => {
      const found = await due(ctx)
      if (found?.silently && ctx.oidc.prompts.has('none'))
        throw new errors.CustomOIDCProviderError(found.silently.error, found.silently.description)
      return found !== undefined
    },
    // The engine asks for the details apart from the answer.
    async (ctx) => ({ ...(await due(ctx))?.details }),
  )
}

function checksOf(ctx: KoaContextWithOIDC, deps: PromptsDeps): StepChecks {
  return {
    directory: deps.directory,
    isLastOrganizationUsed: deps.isLastOrganizationUsed,
    join(code, userId) {
      const by = {
        event: 'organization.joined' as const,
        clientId: ctx.oidc.client?.clientId ?? null,
        ip: deps.addressOf(ctx),
      }
      return joinByThemselves(code, userId, { store: deps, by, now: deps.nowMs })
    },
    findInvitation: (code, userId) => {
      const { directory, invitations, nowMs } = deps
      return findInvitation(code, userId, { store: { directory, invitations }, now: nowMs })
    },
    isConnectionUsable: async (id) => chosenConnection(await deps.directory.catalog(), id) !== undefined,
    openPreview: async (id) => previewOf(id, await deps.directory.catalog()),
    decide: () => decideSignIn(ctx, deps),
  }
}

/** What the organization step hands to the engine (sign-in-engine.ts). */
const organizationResult = z.looseObject({ organization: z.object({ code: z.string() }) })

function factsOf(ctx: KoaContextWithOIDC, nowMs: () => number): RequestFacts {
  const { oidc } = ctx
  const state = requestState(ctx)
  const clientId = oidc.client?.clientId ?? ''
  const chosen = organizationResult.safeParse(oidc.result)
  const granted = previewResult.safeParse(oidc.result)
  return {
    clientId,
    isForTokens: clientId !== accountClientId,
    session: browserSessionOf(oidc.session, nowMs),
    param(name) {
      const value = oidc.params?.[name]
      return typeof value === 'string' && value !== '' ? value : undefined
    },
    isAskedFor: (name) => oidc.prompts.has(name) && oidc.promptPending(name),
    isSilent: oidc.prompts.has('none'),
    preview: granted.success ? granted.data.preview : undefined,
    chosenOrganization: chosen.success ? chosen.data.organization.code : undefined,
    lastOrganization: parseSessionFacts(state.facts.get('Session')).organizations[clientId],
    organization: state.organizationCode,
    settleOrganization(code, sessions) {
      state.organizationCode = code
      // With the session: it is written when the request ends.
      if (code === null) return
      const known = parseSessionFacts(state.facts.get('Session'))
      const life = sessionLife(known.life, sessions)
      // The engine gives the cookie of such a session no end, so the browser forgets it when it is closed.
      if (life?.isTransient && oidc.session) oidc.session.transient = true
      state.facts.set('Session', {
        ...known,
        organizations: { ...known.organizations, [clientId]: code },
        ...(life && { life }),
      })
    },
  }
}
