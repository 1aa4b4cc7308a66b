// `has_success_page` (C§1): a sign-in ends at a page that opens the application. A redirect to a scheme of the application's own leads out of
// the browser, and without the page its tab would go on showing the form that was sent. The code goes the same way, at once and without a script.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { signedInPage } from '../../pages/index.ts'
import { type FindApplication, pageFrame, sendPage } from '../../sign-in/index.ts'

/** Two names of one thing. */
const parameters = ['has_success_page', 'is_use_auth_success_page'] as const

export function successPage({ findApplication }: { readonly findApplication: FindApplication }) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next()
    const callback = callbackWithCode(ctx)
    if (callback === undefined || !asksForPage(ctx)) return
    const locales = ctx.oidc.params?.['ui_locales']
    const frame = await pageFrame(ctx, {
      requestedLanguage: typeof locales === 'string' ? locales : undefined,
      application: await findApplication(ctx.oidc.client?.clientId),
    })
    ctx.remove('location')
    sendPage(ctx, signedInPage({ ...frame, callback }))
    // HTML, "The Refresh header": browsers go on by it, without a script.
    ctx.set('refresh', `0;url=${callback}`)
  }
}

/** The redirect to the application with a code. With `form_post` the browser leaves by a form, and the application shows what comes next. */
function callbackWithCode({ status, response }: KoaContextWithOIDC): string | undefined {
  const location = response.get('location')
  return (status === 302 || status === 303) && /[?&#]code=/.test(location) ? location : undefined
}

/** The engine is not asked at every address. A request that forbids pages gets none. */
function asksForPage(ctx: Partial<Pick<KoaContextWithOIDC, 'oidc'>>): boolean {
  const { params, prompts, client } = ctx.oidc ?? {}
  const isAsked = parameters.some((name) => params?.[name] === 'true')
  return isAsked && client !== undefined && prompts?.has('none') !== true
}
