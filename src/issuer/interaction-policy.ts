// What may stand between an authorization request and its code, in order: signing up, signing in, settling the organization, and
// last of all the mint. So the workflow sees a granted request and runs once, before the code exists; whoever is denied sees a page
// (design §3).
import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import { accountClientId } from './request/account-application.ts'
import { decideSignIn, type SignInDeps } from './decide-sign-in.ts'
import { refusalError } from './request/refusal.ts'
import { settleOrganization, type OrganizationDeps } from './settle-organization.ts'

const { Check, Prompt, base } = interactionPolicy

export interface PolicyDeps extends SignInDeps, OrganizationDeps {
  readonly isSignUpAllowed: boolean
}

export function interactionPrompts(deps: PolicyDeps): InstanceType<typeof Prompt>[] {
  const login = base().get('login')
  if (!login) throw new Error('the engine has no login prompt')
  return [
    // OIDC Prompt Create §4.1: where nobody may sign up, the engine knows no such prompt and says so.
    ...(deps.isSignUpAllowed ? [createPrompt()] : []),
    login,
    new Prompt({ name: 'organization', requestable: false }, organizationCheck(deps)),
    new Prompt({ name: 'tokens', requestable: false }, tokensCheck(deps)),
  ]
}

/** C§1: with `is_create_org=true`, a user who is signed in gets an organization, not a second account. */
function createPrompt() {
  const prompt = new Prompt({ name: 'create', requestable: true })
  prompt.checks.clear()
  prompt.checks.add(
    new Check('create_prompt', 'create prompt was not resolved', 'interaction_required', ({ oidc }) => {
      if (!oidc.prompts.has('create') || !oidc.promptPending('create')) return Check.NO_NEED_TO_PROMPT
      const isForOrganization =
        oidc.params?.['is_create_org'] === 'true' && oidc.session?.accountId !== undefined
      return isForOrganization ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT
    }),
  )
  return prompt
}

/** An organization that the user chooses, creates, or has no part in. */
function organizationCheck(deps: OrganizationDeps) {
  return new Check(
    'organization_unsettled',
    'an organization has to be chosen',
    async (ctx) => !isAccountPage(ctx) && (await settleOrganization(ctx, deps)).kind !== 'settled',
    async (ctx) => ({ organization: await settleOrganization(ctx, deps) }),
  )
}

/** It gets no tokens, so there is nothing to settle or decide. */
function isAccountPage({ oidc }: KoaContextWithOIDC): boolean {
  return oidc.client?.clientId === accountClientId
}

/**
 * DECIDE. The check's answer is kept with the request, because the engine asks for the details apart from the answer. With
 * `prompt=none` there is no page to show: the error goes to the application.
 */
function tokensCheck(deps: SignInDeps) {
  return new Check(
    'tokens_refused',
    'the workflow refused the tokens',
    'access_denied',
    async (ctx) => {
      if (isAccountPage(ctx)) return false
      const refusal = await decideSignIn(ctx, deps)
      if (refusal && ctx.oidc.prompts.has('none')) throw refusalError(refusal)
      return refusal !== undefined
    },
    async (ctx) => ({ refusal: await decideSignIn(ctx, deps) }),
  )
}
