// A step of the device flow without the session that its page began: a blocked or expired cookie, or a request by hand. The engine shows
// such an error with the page of the code, for which it would write a session that was never stored, and fails. It never gets such a
// request: the browser goes to the page of the code, with the code that was typed.
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import { readForm } from '../http/form-body.ts'
import { routes } from '../routes.ts'

export function deviceSession(provider: Provider) {
  const page = routes.code_verification
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    const isForm = ctx.method === 'POST' && ctx.path === page
    const isResumed = ctx.path.startsWith(`${page}/`)
    if (!isForm && !isResumed) return next()
    const session = await provider.Session.get(ctx)
    if (session.exp !== undefined) return next()
    const userCode = isForm ? (await readForm(ctx))?.get('user_code') : undefined
    const query = userCode ? `?${new URLSearchParams({ user_code: userCode.slice(0, 32) }).toString()}` : ''
    ctx.status = 303
    ctx.redirect(`${page}${query}`)
  }
}
