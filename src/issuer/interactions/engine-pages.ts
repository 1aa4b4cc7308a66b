// The pages that the engine asks for by itself: errors, signing out, the device flow. Its forms become ours: same action, same token.
import type { Client, KoaContextWithOIDC } from 'oidc-provider'
import {
  confirmDevicePage,
  enterUserCodePage,
  errorPage,
  signedOutPage,
  signOutPage,
  type ErrorView,
  type PageView,
} from '../../pages/index.ts'
import type { DirectoryStore } from '../../store/index.ts'
import {
  deviceDonePath,
  deviceRefusedPath,
  type FindApplication,
  pageFrame,
  rememberApplication,
  sendPage,
} from '../../sign-in/index.ts'
import { asksForAllSessions } from '../kinde/logout.ts'
import { routes } from '../request/routes.ts'
import { requestState } from '../request/request-state.ts'
import { confirmationField, type DeviceConfirmation } from './device-confirmation.ts'

export interface ProviderPages {
  readonly error: (
    ctx: KoaContextWithOIDC,
    out: { error: string; error_description?: string | undefined },
    error: Error,
  ) => Promise<void>
  readonly signOut: (ctx: KoaContextWithOIDC, xsrf: string, action: string) => Promise<void>
  readonly signedOut: (ctx: KoaContextWithOIDC) => Promise<void>
  readonly enterUserCode: (
    ctx: KoaContextWithOIDC,
    xsrf: string,
    action: string,
    problem: UserCodeProblem | undefined,
  ) => Promise<void>
  readonly confirmDevice: (
    ctx: KoaContextWithOIDC,
    xsrf: string,
    action: string,
    client: Client,
    userCode: string,
  ) => Promise<void>
  readonly deviceDone: (ctx: KoaContextWithOIDC) => Promise<void>
}

export interface UserCodeProblem {
  readonly name: string
  readonly userCode?: string
}

export interface EnginePagesDeps {
  readonly directory: DirectoryStore
  readonly confirmation: DeviceConfirmation
  readonly findApplication: FindApplication
}

export function enginePages({ directory, findApplication, confirmation }: EnginePagesDeps): ProviderPages {
  const frame = async (ctx: KoaContextWithOIDC, shownAt?: string): Promise<PageView> => {
    const locales = ctx.oidc.params?.['ui_locales']
    return pageFrame(ctx, {
      requestedLanguage: typeof locales === 'string' ? locales : undefined,
      application: await findApplication(ctx.oidc.client?.clientId),
      shownAt,
    })
  }
  return {
    async error(ctx, { error, error_description: description }) {
      const page = errorPage({
        ...(await frame(ctx)),
        error,
        ...(description !== undefined && { description }),
        advice: adviceFor(ctx, error),
      })
      sendPage(ctx, page, { status: ctx.status >= 400 ? ctx.status : 400 })
    },
    async signOut(ctx, xsrf, action) {
      const account = await accountName(ctx, directory)
      const redirect = ctx.oidc.params?.['post_logout_redirect_uri']
      const view = await frame(ctx)
      const { home, accountHref = '/' } = view.onward ?? {}
      const askedBy = ctx.oidc.client?.clientName
      const page = signOutPage({
        ...view,
        ...(askedBy !== undefined && { askedBy }),
        stay: { kind: 'link', href: home?.href ?? accountHref },
        form: {
          action,
          csrfToken: xsrf,
          hiddenFields: {
            xsrf,
            logout: 'yes',
            ...(asksForAllSessions(ctx.query) && { all_sessions: 'true' }),
          },
        },
        ...(account !== undefined && { account }),
      })
      sendPage(ctx, page, { formRedirects: typeof redirect === 'string' ? [redirect] : [] })
    },
    async signedOut(ctx) {
      sendPage(ctx, signedOutPage(await frame(ctx)))
    },
    async enterUserCode(ctx, xsrf, action, problem) {
      const userCode = problem?.userCode ?? requestState(ctx).userCode
      const page = enterUserCodePage({
        ...(await frame(ctx, deviceAddress(userCode))),
        form: { action, csrfToken: xsrf, hiddenFields: { xsrf } },
        ...(userCode !== undefined && { userCode }),
        ...(problem && problem.name !== 'AbortedError' && { userCodeProblem: 'userCodeUnknown' as const }),
      })
      if (problem?.name === 'AbortedError') redirectTo(ctx, deviceRefusedPath)
      else sendPage(ctx, page, { status: problem ? 400 : 200 })
    },
    async confirmDevice(ctx, xsrf, action, _client, userCode) {
      const fields = {
        xsrf,
        user_code: userCode,
        [confirmationField]: confirmation.token(xsrf, userCode),
      }
      if (ctx.oidc.client) rememberApplication(ctx, ctx.oidc.client.clientId)
      const page = confirmDevicePage({
        ...(await frame(ctx, deviceAddress(userCode))),
        userCode,
        scopes: deviceScopes(ctx),
        form: { action, csrfToken: xsrf, hiddenFields: { ...fields, confirm: 'yes' } },
        refuse: {
          kind: 'form',
          form: { action, csrfToken: xsrf, hiddenFields: { ...fields, abort: 'yes' } },
        },
      })
      sendPage(ctx, page)
    },
    async deviceDone(ctx) {
      redirectTo(ctx, deviceDonePath)
    },
  }
}

/** Forms that a person sends to the engine: what is wrong with one is the age of its page, not the application. */
const personsForms: ReadonlySet<string> = new Set([routes.code_verification, `${routes.end_session}/confirm`])

function adviceFor(ctx: KoaContextWithOIDC, error: string): ErrorView['advice'] {
  if (error === 'server_error') return 'server'
  const isResumed = ctx.path.startsWith(`${routes.authorization}/`)
  if (error === 'session_not_found' || isResumed) return 'expired'
  if (personsForms.has(ctx.path)) return 'formExpired'
  return error.startsWith('invalid_') || error.startsWith('un') ? 'client' : 'general'
}

function redirectTo(ctx: KoaContextWithOIDC, path: string): void {
  ctx.status = 303
  ctx.redirect(path)
}

function deviceAddress(userCode = ''): string {
  return `${routes.code_verification}?${new URLSearchParams({ user_code: userCode }).toString()}`
}

function deviceScopes(ctx: KoaContextWithOIDC): string[] {
  const scope = ctx.oidc.entities.DeviceCode?.params?.['scope']
  return typeof scope === 'string' ? scope.split(' ') : []
}

async function accountName(ctx: KoaContextWithOIDC, directory: DirectoryStore): Promise<string | undefined> {
  const userId = ctx.oidc.session?.accountId
  const user = userId === undefined ? undefined : await directory.user(userId)
  return user ? (user.preferredEmail ?? [user.firstName, user.lastName].filter(Boolean).join(' ')) : undefined
}
