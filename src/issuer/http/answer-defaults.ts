// What every answer of the issuer has unless its handler says otherwise: it is not kept by anything between server and client, because
// most hold a person or a token; and where no handler had an answer, a page or JSON says so instead of the framework's bare text.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { answerError } from './failed-request.ts'

export async function answerDefaults(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  // Discovery and the key set are public documents.
  if (!ctx.path.startsWith('/.well-known/')) ctx.set('cache-control', 'no-store')
  await next()
  const isUnanswered = ctx.status === 404 && (ctx.body === undefined || ctx.body === null)
  if (isUnanswered)
    await answerError(ctx, 404, 'not_found', 'There is nothing at this address for this method.')
}
