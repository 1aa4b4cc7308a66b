// The two forms of the engine that submit themselves: an authorization response by `form_post`, and the sign-out without a session. They get
// the headers that every page has, and their one script is named by its hash (BR-05, BR-06).
import { createHash } from 'node:crypto'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { securityHeaders } from '../../pages/index.ts'
import { formAction, scriptOf } from './engine-html.ts'

export async function engineForms(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next()
  const { body } = ctx
  if (typeof body !== 'string' || !ctx.response.is('html')) return
  if (ctx.response.get('content-security-policy')) return
  const inlineScript = `'sha256-${createHash('sha256').update(scriptOf(body)).digest('base64')}'`
  const headers = securityHeaders({ formRedirects: [formAction(body)], inlineScript })
  for (const [name, value] of Object.entries(headers)) ctx.set(name, value)
}
