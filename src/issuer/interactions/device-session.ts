// A step of the device flow without the session that its page began: a blocked or expired cookie, or a request by hand. The engine shows
// such an error with the page of the code, for which it would write a session that was never stored, and fails. It never gets such a
// request: the browser goes to the page of the code, with the code that was typed.
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import { readForm, replaceForm } from '../http/form-body.ts'
import { routes } from '../request/routes.ts'
import type { DeviceConfirmation } from './device-confirmation.ts'

export function deviceSession(provider: Provider, confirmation: DeviceConfirmation) {
  const page = routes.code_verification
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    const isForm = ctx.method === 'POST' && ctx.path === page
    const isResumed = ctx.path.startsWith(`${page}/`)
    if (!isForm && !isResumed) return next()
    const session = await provider.Session.get(ctx)
    const form = isForm ? await readForm(ctx) : undefined
    if (session.exp !== undefined) {
      if (form) replaceForm(ctx.req, confirmation.onlyConfirmed(form))
      return next()
    }
    const userCode = form?.get('user_code')
    const query = userCode ? `?${new URLSearchParams({ user_code: userCode.slice(0, 32) }).toString()}` : ''
    ctx.status = 303
    ctx.redirect(`${page}${query}`)
  }
}
