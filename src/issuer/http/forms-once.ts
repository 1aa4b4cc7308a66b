// The forms that the engine takes by itself, confirming a device and signing out, are taken once as well: a second press gets the answer
// of the first.
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { AnswerOnce } from './answer-once.ts'
import { routes } from '../request/routes.ts'
import { readForm, replaceForm } from './form-body.ts'

/** As long as a page with a form is of use. */
const keepSeconds = 3_600

const engineForms: ReadonlySet<string> = new Set([routes.code_verification, `${routes.end_session}/confirm`])

/** A form holds the token of the page that showed it, so that the same text is the same press of the same button. */
export function formOnce(path: string, form: URLSearchParams): { key: string; keepSeconds: number } {
  return { key: `form ${path} ${form.toString()}`, keepSeconds }
}

export function engineFormsOnce(once: AnswerOnce) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    const form = ctx.method === 'POST' && engineForms.has(ctx.path) ? await readForm(ctx) : undefined
    if (!form) return next()
    replaceForm(ctx.req, form)
    await once(ctx, formOnce(ctx.path, form), next)
  }
}
