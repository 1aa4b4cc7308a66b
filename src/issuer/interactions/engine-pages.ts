// The pages that the engine asks for by itself: errors, signing out, the device flow. Its forms become ours: same action, same token.
import type { KoaContextWithOIDC } from 'oidc-provider'
import {
  confirmDevicePage,
  deviceDonePage,
  enterUserCodePage,
  errorPage,
  signedOutPage,
  signOutPage,
  type ErrorView,
  type PageView,
} from '../../pages/index.ts'
import type { DirectoryStore } from '../../store/index.ts'
import type { ProviderPages } from '../provider-configuration.ts'
import { asksForAllSessions } from '../logout.ts'
import { requestState } from '../request-state.ts'
import { confirmationField, type DeviceConfirmation } from './device-confirmation.ts'
import { pageFrame, sendPage } from './page-frame.ts'

export interface EnginePagesDeps {
  readonly directory: DirectoryStore
  readonly confirmation: DeviceConfirmation
}

export function enginePages({ directory, confirmation }: EnginePagesDeps): ProviderPages {
  return {
    async error(ctx, { error, error_description: description }) {
      const page = errorPage({
        ...frame(ctx),
        error,
        ...(description !== undefined && { description }),
        advice: adviceFor(error),
      })
      sendPage(ctx, page, { status: ctx.status >= 400 ? ctx.status : 400 })
    },
    async signOut(ctx, xsrf, action) {
      const account = await accountName(ctx, directory)
      const redirect = ctx.oidc.params?.['post_logout_redirect_uri']
      const page = signOutPage({
        ...frame(ctx),
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
      sendPage(ctx, signedOutPage(frame(ctx)))
    },
    async enterUserCode(ctx, xsrf, action, problem) {
      const userCode = problem?.userCode ?? requestState(ctx).userCode
      const page = enterUserCodePage({
        ...frame(ctx),
        form: { action, csrfToken: xsrf, hiddenFields: { xsrf } },
        ...(userCode !== undefined && { userCode }),
        ...(problem && problem.name !== 'AbortedError' && { userCodeProblem: 'userCodeUnknown' as const }),
      })
      if (problem?.name === 'AbortedError')
        sendPage(ctx, deviceDonePage({ ...frame(ctx), result: 'refused' }))
      else sendPage(ctx, page, { status: problem ? 400 : 200 })
    },
    async confirmDevice(ctx, xsrf, action, _client, userCode) {
      const fields = {
        xsrf,
        user_code: userCode,
        [confirmationField]: confirmation.token(xsrf, userCode),
      }
      const page = confirmDevicePage({
        ...frame(ctx),
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
      sendPage(ctx, deviceDonePage({ ...frame(ctx), result: 'connected' }))
    },
  }
}

function frame(ctx: KoaContextWithOIDC): PageView {
  const locales = ctx.oidc.params?.['ui_locales']
  return pageFrame(ctx, {
    requestedLanguage: typeof locales === 'string' ? locales : undefined,
    applicationName: ctx.oidc.client?.clientName,
  })
}

function adviceFor(error: string): ErrorView['advice'] {
  if (error === 'server_error') return 'server'
  if (error === 'session_not_found') return 'expired'
  return error.startsWith('invalid_') || error.startsWith('un') ? 'client' : 'general'
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
