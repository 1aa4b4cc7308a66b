// One step of an interaction: who asked for what, and how the step ends. The step itself (sign-in-step.ts and its neighbours) is a
// pair of functions: what it shows, and what it does with a form.
import type { Interaction, InteractionResults, KoaContextWithOIDC, Provider } from 'oidc-provider'
import { z } from 'zod'
import type { FormTarget, PageView, Way } from '../../pages/index.ts'
import type { ApplicationRecord } from '../../store/index.ts'
import { interactionPath } from '../request/routes.ts'
import type { FormGuard } from './browser-form.ts'
import { rememberApplication } from '../http/comes-from.ts'
import { accountClientId } from '../request/account-application.ts'
import { pageFrame, sendPage } from './page-frame.ts'

export interface InteractionStep {
  readonly ctx: KoaContextWithOIDC
  readonly interaction: Interaction
  readonly application: ApplicationRecord
  readonly ip: string
  /** FormGuard.browser(). */
  readonly browser: string
  readonly frame: PageView
  param(name: string): string | undefined
  /** The address of an action of this interaction. */
  href(action?: string): string
  form(action: string, hiddenFields?: Readonly<Record<string, string>>): FormTarget
  /** The way out that each page of a step has (OIDC Core §3.1.2.6: the End-User may refuse). */
  cancel(): Way
  show(page: string, status?: number): void
  /** Sends the browser to the page of the step that is due. */
  reopen(): void
  /** Hands the result to the engine, which goes on with the request. */
  finish(result: InteractionResults): Promise<void>
}

export const cancelAction = 'cancel'

interface StepDeps {
  readonly provider: Provider
  readonly guard: FormGuard
  readonly addressOf: (ctx: KoaContextWithOIDC) => string
}

export function interactionStep(
  ctx: KoaContextWithOIDC,
  interaction: Interaction,
  application: ApplicationRecord,
  { provider, guard, addressOf }: StepDeps,
): InteractionStep {
  const base = `${interactionPath}/${interaction.uid}`
  const param = (name: string): string | undefined => {
    const value = interaction.params[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const href = (action?: string) => (action === undefined ? base : `${base}/${action}`)
  const form = (action: string, hiddenFields: Readonly<Record<string, string>> = {}): FormTarget => ({
    action: href(action),
    csrfToken: guard.token(ctx),
    hiddenFields,
  })
  const redirect = (to: string): void => {
    ctx.set('cache-control', 'no-store')
    // RFC 9700 §4.12: 303, so that no browser posts the password again.
    ctx.status = 303
    ctx.redirect(to)
  }
  return {
    ctx,
    interaction,
    application,
    ip: addressOf(ctx),
    browser: guard.browser(ctx),
    frame: pageFrame(ctx, {
      requestedLanguage: param('ui_locales'),
      application,
      // The form's action has the name of its view.
      shownAt: ctx.method === 'POST' ? `${base}?view=${ctx.path.slice(base.length + 1)}` : undefined,
    }),
    param,
    href,
    form,
    cancel: () => ({ kind: 'form', form: form(cancelAction) }),
    show(page, status = 200) {
      if (application.clientId !== accountClientId) rememberApplication(ctx, application.clientId)
      sendPage(ctx, page, { status, formRedirects: formRedirectsOf(param('redirect_uri')) })
    },
    reopen: () => redirect(base),
    async finish(result) {
      redirect(await provider.interactionResult(ctx.req, ctx.res, result))
    },
  }
}

function formRedirectsOf(redirectUri: string | undefined): string[] {
  return redirectUri === undefined ? [] : [redirectUri]
}

/** What the engine's own interaction keeps of a prompt, as our policy wrote it. */
const promptDetails = z.looseObject({
  organization: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('settled'), code: z.string().nullable() }),
      z.object({
        kind: z.literal('choose'),
        organizations: z.array(z.object({ code: z.string(), name: z.string() })),
      }),
      z.object({ kind: z.literal('create'), suggestedName: z.string() }),
      z.object({ kind: z.literal('not-a-member') }),
    ])
    .optional(),
  refusal: z
    .object({
      kind: z.enum(['denied', 'failed']),
      text: z.string(),
      invocationId: z.string(),
      failure: z
        .looseObject({
          code: z.string(),
          message: z.string(),
          hint: z.string(),
          at: z
            .looseObject({ file: z.string(), line: z.int().optional(), column: z.int().optional() })
            .optional(),
        })
        .optional(),
    })
    .optional(),
})

export type PromptDetails = z.infer<typeof promptDetails>

export function promptDetailsOf({ prompt }: Interaction): PromptDetails {
  return promptDetails.parse(prompt.details)
}
