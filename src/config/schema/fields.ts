// Kinds of values that several parts of mintage.yaml share. `${env:NAME}` is replaced before a value gets here; `${issuer}` is replaced
// when the file is applied, because the port may be known only then.
import { z } from 'zod'
import {
  issuerAddress,
  originProblem,
  productKeyPattern,
  redirectUriProblem,
  webAddressProblem,
} from '../../oauth/index.ts'
import { Secret } from '../secret.ts'

export const issuerPlaceholder = '${issuer}'

/** Stands in for the issuer while a URI is checked. */
const anyIssuer = 'https://issuer.example'

/** A key by which the rest of the file names a record. */
export const key = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,63}$/,
    'expected a lower-case letter, then letters, digits, _ and - (at most 64)',
  )

/** A key that goes into tokens and code: roles, permissions, flags, properties, scopes. */
export const productKey = z
  .string()
  .regex(productKeyPattern, 'expected letters, digits and _ . : / - (at most 128)')

export const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'expected letters, digits and _, not beginning with a digit')

export const name = z.string().trim().min(1, 'expected a name').max(200)

export const description = z.string().max(2_000)

/** How many there are, or may be. */
export const count = z.int().min(1)

export const seconds = z
  .int()
  .min(1)
  .max(31_536_000 * 10)

export const redirectUri = z.string().superRefine((uri, context) => {
  const problem = redirectUriProblem(uri.replace(issuerPlaceholder, anyIssuer))
  if (problem !== undefined) context.addIssue({ code: 'custom', message: `the URI ${problem}` })
})

export const webUri = z.string().superRefine((uri, context) => {
  if (webAddressProblem(uri.replace(issuerPlaceholder, anyIssuer)) !== undefined)
    context.addIssue({ code: 'custom', message: 'expected an http or https address' })
})

/** `scheme://host[:port]` and nothing behind it; one * may stand in the leftmost subdomain. */
export const origin = z.string().superRefine((text, context) => {
  const problem = originProblem(text.replace(issuerPlaceholder, anyIssuer))
  if (problem !== undefined) {
    const message = `expected an origin such as https://app.example.com; this ${problem}`
    context.addIssue({ code: 'custom', message })
  }
})

/** Addresses at which the issuer is served as well, in the spelling of their tokens. The Host header names no scheme, so a host is one domain. */
export const customDomains = z
  .array(
    z.string().transform((text, context) => {
      const address = issuerAddress(text)
      if (address !== undefined) return address
      context.addIssue({
        code: 'custom',
        message: 'expected the address of one host, such as https://auth.example.com, without a path',
      })
      return z.NEVER
    }),
  )
  .max(100)
  .superRefine((domains, context) => {
    const hosts = domains.map((domain) => URL.parse(domain)?.host)
    for (const [index, host] of hosts.entries()) {
      if (host === undefined || hosts.indexOf(host) === index) continue
      context.addIssue({ code: 'custom', path: [index], message: `the host ${host} is listed twice` })
    }
  })

/** A web address that the server itself calls: neither credentials nor a fragment are ever sent. */
export const calledUri = webUri.superRefine((uri, context) => {
  const url = URL.parse(uri.replace(issuerPlaceholder, anyIssuer))
  if (uri.includes('#')) context.addIssue({ code: 'custom', message: 'the URI holds a fragment' })
  if (url && (url.username !== '' || url.password !== ''))
    context.addIssue({ code: 'custom', message: 'the URI holds a user name or password' })
})

/** A value that no message and no excerpt shows: secret-line.ts knows them by their keys. */
export function secret(inner: z.ZodString, text: string) {
  return inner.transform((value) => new Secret(value)).describe(text)
}
