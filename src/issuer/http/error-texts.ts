// `error_description` holds printable ASCII without `"` and `\` (RFC 6749 §4.1.2.1 and §5.2). Reasons come from workflows, in any
// language, and from the engine; whichever way an error leaves, its text passes here.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { withErrorDescription } from '../overrides/engine-html.ts'

export async function errorTexts(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next()
  const { location } = ctx.response.headers
  if (typeof location === 'string' && location.includes('error_description='))
    ctx.set('location', inAddress(location))
  const { body } = ctx
  if (typeof body === 'string' && body.includes('name="error_description"'))
    ctx.body = withErrorDescription(body, errorText)
  else if (isError(body)) ctx.body = { ...body, error_description: errorText(body.error_description) }
}

export function errorText(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/["“”„«»‘’‚]/g, "'")
    .replaceAll('\\', '/')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[^ -~]/gu, '?')
}

function isError(body: unknown): body is { readonly error_description: string } {
  return (
    typeof body === 'object' &&
    body !== null &&
    'error_description' in body &&
    typeof body.error_description === 'string'
  )
}

/** In the query or, with `response_mode=fragment`, in the fragment. */
function inAddress(location: string): string {
  return location.replace(/([?&#]error_description=)([^&#]*)/, (_, name: string, value: string) => {
    const [[, text] = ['', '']] = new URLSearchParams(`text=${value}`)
    return `${name}${new URLSearchParams({ text: errorText(text) }).toString().slice('text='.length)}`
  })
}
