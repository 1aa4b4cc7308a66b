// Reads a form from a request, within bounds, and hands a changed one on to the engine as if it had come so.
import type { IncomingMessage } from 'node:http'
import type { KoaContextWithOIDC } from 'oidc-provider'

type Context = Pick<KoaContextWithOIDC, 'req' | 'is'>

/** The engine's own bound, a little less: nothing that it would take is refused here. */
const maxBytes = 56 * 1024

/** Undefined when the body is no form, or larger than any form of ours. The body is read; give it back with replaceForm. */
export async function readForm(ctx: Context): Promise<URLSearchParams | undefined> {
  if (!ctx.is('application/x-www-form-urlencoded')) return undefined
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of ctx.req.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) return undefined
    bytes += chunk.length
    if (bytes > maxBytes) return undefined
    chunks.push(chunk)
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
}

/** The engine reads the request's stream, which is used up by now: it is given one that holds this form. */
export function replaceForm(req: IncomingMessage, form: URLSearchParams): void {
  const body = Buffer.from(form.toString())
  req.headers['content-length'] = String(body.length)
  Object.defineProperties(req, {
    readable: { value: true },
    iterator: {
      value: async function* () {
        yield body
      },
    },
  })
}
