// Tries of a device's user code (RFC 8628 §5.1): eight letters that a stranger could try out. They are counted by the network address,
// before the engine looks the code up; a code that exists takes its try back.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { admitUserCode, type UserCodeTriesDeps } from '../../directory/index.ts'
import { answerError } from '../http/failed-request.ts'
import { readForm } from '../http/form-body.ts'
import { routes } from '../request/routes.ts'

interface Deps extends UserCodeTriesDeps {
  readonly addressOf: (ctx: KoaContextWithOIDC) => string
}

export function userCodeTries(deps: Deps) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    const isForm = ctx.method === 'POST' && ctx.path === routes.code_verification
    const userCode = isForm ? (await readForm(ctx))?.get('user_code') : undefined
    if (!userCode) return next()
    const admission = await admitUserCode(deps.addressOf(ctx), deps)
    if (admission.kind === 'throttled') {
      ctx.set('retry-after', String(admission.retryAfterSeconds))
      return answerError(
        ctx,
        429,
        'temporarily_unavailable',
        'Too many codes were tried from this network address.',
      )
    }
    await next()
    if (ctx.oidc.entities.DeviceCode !== undefined) await admission.takeBack()
  }
}
