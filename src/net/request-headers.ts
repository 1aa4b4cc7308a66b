// The headers that a workflow may send. Refused are those that frame the message or steer the connection (request
// smuggling), that speak for a proxy, and that open a cloud's metadata service. Three that client libraries set by habit,
// and that the connection sets itself, are left out instead, as browsers do (Fetch §2.2.2).
import { z } from 'zod'
import { CallFailure } from './call-failure.ts'

export type HeaderList = readonly (readonly [name: string, value: string])[]

const mostHeaders = 100
const mostHeaderBytes = 32 * 1024

const forbiddenNames = new Set([
  'expect',
  'forwarded',
  'host',
  'http2-settings',
  'metadata',
  'metadata-flavor',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'x-google-metadata-request',
  'x-metadata-token',
  'x-real-ip',
])
const leftOut = new Set(['connection', 'content-length', 'keep-alive'])
const forbiddenPrefixes = ['proxy-', 'x-forwarded-', 'x-aws-ec2-metadata-']

/** RFC 9110 §5.6.2 `token`, §5.5 `field-value` (obs-text included). A line break would begin a header of its own. */
const tokenPattern = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const valuePattern = /^[\t\x20-\x7e\x80-\xff]*$/

const pairsSchema = z.array(z.tuple([z.string(), z.string()]))

/** Gives the headers with names in lower case and values trimmed. Throws CallFailure `fetch_invalid`. */
export function checkedHeaders(untrusted: readonly unknown[]): HeaderList {
  // Counted before they are parsed: a parser that reports a fault in each of a million costs more than they do.
  if (untrusted.length > mostHeaders)
    throw invalid(`${untrusted.length} headers are more than ${mostHeaders}`)
  const parsed = pairsSchema.safeParse(untrusted)
  if (!parsed.success) throw invalid('a header is not a pair of a name and a value, both strings')
  const headers = parsed.data
  const bytes = headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (bytes > mostHeaderBytes) throw invalid(`the headers are larger than ${mostHeaderBytes} bytes`)
  return headers.flatMap(([rawName, rawValue]) => {
    if (!tokenPattern.test(rawName))
      throw invalid(`${JSON.stringify(rawName.slice(0, 64))} is not a header name`)
    const name = rawName.toLowerCase()
    if (forbiddenNames.has(name) || forbiddenPrefixes.some((prefix) => name.startsWith(prefix))) {
      throw invalid(`the header "${name}" cannot be set by a workflow`)
    }
    if (leftOut.has(name)) return []
    const value = rawValue.trim()
    if (!valuePattern.test(value))
      throw invalid(`the value of the header "${name}" holds a character that headers cannot carry`)
    return [[name, value] as const]
  })
}

/** What every request carries unless the author says otherwise. */
export function withDefaultHeaders(headers: HeaderList): HeaderList {
  const defaults = [
    ['accept', '*/*'],
    ['accept-encoding', 'gzip, br'],
    ['user-agent', 'mintage'],
  ] as const
  return [...headers, ...defaults.filter(([name]) => !hasHeader(headers, name))]
}

export function hasHeader(headers: HeaderList, name: string): boolean {
  return headers.some(([present]) => present === name)
}

export function headerValue(headers: HeaderList, name: string): string | undefined {
  return headers.find(([present]) => present === name)?.[1]
}

function invalid(message: string): CallFailure {
  return new CallFailure('fetch_invalid', message)
}
