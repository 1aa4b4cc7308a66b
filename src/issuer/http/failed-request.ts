// What fails in a handler of ours (a database that is away, a defect) is logged once, and told as a page or, to a program, as an OAuth
// error. The engine does so for what fails in its own handlers; without this the framework would print a stack and answer in
// plain text.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { errorPage } from '../../pages/index.ts'
import { pageFrame, sendPage } from '../interactions/page-frame.ts'

type Next = () => Promise<void>

export function failedRequest(log: (event: string, fields: Readonly<Record<string, unknown>>) => void) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    try {
      await next()
    } catch (error) {
      log('server_error', { path: ctx.path, error })
      ctx.status = 500
      ctx.set('cache-control', 'no-store')
      if (ctx.accepts('json', 'html') === 'html')
        sendPage(ctx, errorPage({ ...pageFrame(ctx, {}), error: 'server_error', advice: 'general' }), {
          status: 500,
        })
      else ctx.body = { error: 'server_error' }
    }
  }
}
