// What fails in a handler of ours (a database that is away, a defect) is logged once, and told as a page or, to a program, as an OAuth
// error. The engine does so for what fails in its own handlers; without this the framework would print a stack and answer in
// plain text.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { errorPage } from '../../pages/index.ts'
import { pageFrame, sendPage } from '../interactions/page-frame.ts'
import { isClientGone } from './client-gone.ts'
import { MalformedForm } from './form-body.ts'

type Next = () => Promise<void>

export function failedRequest(log: (event: string, fields: Readonly<Record<string, unknown>>) => void) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    try {
      await next()
    } catch (error) {
      if (isClientGone(ctx)) return
      if (error instanceof MalformedForm) return answerError(ctx, 400, 'invalid_request', error.message)
      log('server_error', { path: ctx.path, error })
      answerError(ctx, 500, 'server_error')
    }
  }
}

/** A page or, to a program, an OAuth error. */
export function answerError(
  ctx: KoaContextWithOIDC,
  status: number,
  error: string,
  description?: string,
): void {
  ctx.status = status
  ctx.set('cache-control', 'no-store')
  if (ctx.accepts('json', 'html') === 'html') {
    const view = { ...pageFrame(ctx, {}), error, advice: 'general' } as const
    sendPage(ctx, errorPage(description === undefined ? view : { ...view, description }), { status })
  } else ctx.body = { error, ...(description !== undefined && { error_description: description }) }
}
