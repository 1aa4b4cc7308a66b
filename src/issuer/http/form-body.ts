// Reads a form from a request, within bounds, and hands a changed one on to the engine as if it had come so.
import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { KoaContextWithOIDC } from 'oidc-provider'

type Context = Pick<KoaContextWithOIDC, 'req' | 'is'>

/** The engine's own bound, a little less: nothing that it would take is refused here. */
const maxBytes = 56 * 1024

/** A field is not UTF-8: decoded all the same, it would differ from what the client sent. Answered by failed-request.ts. */
export class MalformedForm extends Error {
  constructor(field: string) {
    super(`${field}: it is not percent-encoded UTF-8`)
    this.name = 'MalformedForm'
  }
}

/**
 * Undefined when the body is not a form, or larger than any form of this server. The body is read; give it back with replaceForm.
 * Rejects with MalformedForm.
 */
export async function readForm(ctx: Context, mostBytes = maxBytes): Promise<URLSearchParams | undefined> {
  if (!ctx.is('application/x-www-form-urlencoded')) return undefined
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of ctx.req.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) return undefined
    bytes += chunk.length
    if (bytes > mostBytes) return undefined
    chunks.push(chunk)
  }
  const body = Buffer.concat(chunks)
  refuseMalformed(body.toString('latin1'))
  return new URLSearchParams(body.toString('utf8'))
}

/** `bytes` has a character for each byte. */
function refuseMalformed(bytes: string): void {
  for (const pair of bytes.split('&')) {
    const [name = ''] = pair.split('=', 1)
    const decoded = pair.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    if (!isUtf8(Buffer.from(decoded, 'latin1')))
      throw new MalformedForm(/^[\w.-]{1,64}$/.test(name) ? name : 'a field')
  }
}

/** The engine reads the request's stream, which is used up by now: it is given one that holds this form. */
export function replaceForm(req: IncomingMessage, form: URLSearchParams): void {
  const body = Buffer.from(form.toString())
  req.headers['content-length'] = String(body.length)
  Object.defineProperties(req, {
    readable: { value: true, configurable: true },
    iterator: {
      configurable: true,
      value: async function* () {
        yield body
      },
    },
  })
}
