// A step of a sign-in: a page that may stand between an authorization request and its code. A step shows its page, takes its forms and hands
// its outcome to the engine, which asks the table (steps.ts) what is next. A step never leads to another one.
import type { FoundInvitation } from '../directory/index.ts'
import type { SourceLocation } from '../errors/index.ts'
import type { FormTarget, PageView, Way } from '../pages/index.ts'
import type {
  ApplicationRecord,
  DirectoryStore,
  OrganizationRecord,
  OrganizationSessions,
} from '../store/index.ts'
import { accountClientId } from './account/account-application.ts'
import type { BrowserSession } from './assurance.ts'
import { rememberApplication } from './comes-from.ts'
import type { GrantedPreview, PendingSignIn, StepOutcome } from './engine.ts'
import { redirectTo, type Exchange } from './exchange.ts'
import type { FormGuard } from './form-guard.ts'
import { pageFrame, sendPage } from './page-frame.ts'
import { interactionPath } from './paths.ts'
import type { StepDeps } from './step-deps.ts'

/** A row of the table. */
export interface SignInStep {
  /** As the engine and the database name it. */
  readonly name: string
  /** An application may ask for it by `prompt`. */
  readonly isRequestable: boolean
  /** Its page and forms act for the user who is signed in. */
  readonly isForUser: boolean
  /** What an application learns that forbids pages (`prompt=none`). */
  readonly silently: { readonly error: string; readonly reason: string; readonly description: string }
  /** Undefined when nothing has to be asked. The details are persisted with the sign-in, and `at` reads them. */
  due(request: RequestFacts, checks: StepChecks): Promise<Due | undefined>
  /** The page and the forms of a sign-in that waits at this step. */
  at(details: unknown): StepPage
}

export interface Due {
  readonly details?: object
  /** Instead of the row's own. */
  readonly silently?: { readonly error: string; readonly description: string }
}

export interface StepPage {
  show(step: Step, deps: StepDeps): Promise<void> | void
  /**
   * Exactly those that the page shows. A browser can post any form to any step, and a step that took the form of another one would skip
   * what that step decides.
   */
  readonly forms: StepForms
}

export type StepForms = Readonly<
  Partial<Record<string, (step: Step, form: URLSearchParams, deps: StepDeps) => Promise<void> | void>>
>

/** What the checks read of an authorization request. */
export interface RequestFacts {
  readonly clientId: string
  /** The account page is an application that gets no tokens. */
  readonly isForTokens: boolean
  readonly session: BrowserSession | undefined
  readonly param: (name: string) => string | undefined
  /** The request asks for this step, which has not been taken. */
  readonly isAskedFor: (step: string) => boolean
  /** No page may be shown. */
  readonly isSilent: boolean
  /** Of this request's preview step. */
  readonly preview: GrantedPreview | undefined
  /** Of this request's organization step. */
  readonly chosenOrganization: string | undefined
  /** The one that the session was last used for with this application. */
  readonly lastOrganization: string | undefined
  /** Undefined before it is settled; null without an organization. */
  readonly organization: string | null | undefined
  /** With how the organization wants the browser's session to live. */
  settleOrganization(code: string | null, sessions: OrganizationSessions | undefined): void
}

export interface StepChecks {
  readonly directory: Pick<DirectoryStore, 'membershipKeysOf' | 'organizationsOf'>
  /** A user of several organizations signs in to the last used one, where the request names none. */
  readonly isLastOrganizationUsed: boolean
  /** The organization, when the user has joined it by themselves; undefined when it does not let them in. */
  join(organizationCode: string, userId: string): Promise<OrganizationRecord | undefined>
  /** By the code of a request, for the user who is signed in. */
  findInvitation(code: string, userId: string | undefined): Promise<FoundInvitation>
  /** Users sign in by the connection with this id. */
  isConnectionUsable(id: string): Promise<boolean>
  /** By the id of a deployment or of one of its workflows; undefined when it has no preview. */
  openPreview(id: string): Promise<GrantedPreview | undefined>
  /** Decides the tokens, once for each request. Undefined when they may be issued. */
  decide(): Promise<Refusal | undefined>
}

/** A decision against a sign-in: the page shows it, the application gets it as an error. */
export interface Refusal {
  readonly kind: 'denied' | 'failed'
  /** For the application and its user. */
  readonly text: string
  readonly invocationId: string
  /** No workflow ran: the user has none of the roles that the application asks for. */
  readonly isAccessRoleMissing?: boolean
  /** For the developer. */
  readonly failure?: {
    readonly code: string
    readonly message: string
    readonly hint: string
    readonly at?: SourceLocation
  }
}

/** One visit of a browser to a step, or one form of it. */
export interface Step {
  readonly exchange: Exchange
  readonly signIn: PendingSignIn
  readonly application: ApplicationRecord
  readonly ip: string
  /** FormGuard.browser(). */
  readonly browser: string
  readonly frame: PageView
  readonly param: (name: string) => string | undefined
  /** The address of an action of this sign-in. */
  href(action?: string): string
  form(action: string, hiddenFields?: Readonly<Record<string, string>>): FormTarget
  /** The way out that each page of a step has (OIDC Core §3.1.2.6: the End-User may refuse). */
  cancel(): Way
  show(page: string, status?: number): void
  /** Sends the browser to the page of the step that is due. */
  reopen(): void
  /** Hands the outcome to the engine, which goes on with the request. */
  finish(outcome: StepOutcome): Promise<void>
}

const cancelAction = 'cancel'

/** The form behind `cancel()`. */
export const cancelForm: StepForms = {
  [cancelAction]: (step) =>
    step.finish({ kind: 'refused', error: 'access_denied', description: 'The user cancelled the request.' }),
}

export interface StepVisitDeps {
  readonly guard: FormGuard
  readonly addressOf: (exchange: Exchange) => string
}

export async function stepOf(
  exchange: Exchange,
  signIn: PendingSignIn,
  application: ApplicationRecord,
  { guard, addressOf }: StepVisitDeps,
): Promise<Step> {
  const base = `${interactionPath}/${signIn.uid}`
  const href = (action?: string) => (action === undefined ? base : `${base}/${action}`)
  const form = (action: string, hiddenFields: Readonly<Record<string, string>> = {}): FormTarget => ({
    action: href(action),
    csrfToken: guard.token(exchange),
    hiddenFields,
  })
  return {
    exchange,
    signIn,
    application,
    ip: addressOf(exchange),
    browser: guard.browser(exchange),
    frame: await pageFrame(exchange, {
      organizationCode: signIn.param('org_code'),
      requestedLanguage: signIn.param('ui_locales'),
      application,
      // The form's action has the name of its view.
      shownAt:
        exchange.method === 'POST' ? `${base}?view=${exchange.path.slice(base.length + 1)}` : undefined,
    }),
    param: (name) => signIn.param(name),
    href,
    form,
    cancel: () => ({ kind: 'form', form: form(cancelAction) }),
    show(page, status = 200) {
      if (application.clientId !== accountClientId) rememberApplication(exchange, application.clientId)
      const redirectUri = signIn.param('redirect_uri')
      sendPage(exchange, page, { status, formRedirects: redirectUri === undefined ? [] : [redirectUri] })
    },
    reopen: () => redirectTo(exchange, base),
    finish: (outcome) => signIn.finish(outcome),
  }
}
