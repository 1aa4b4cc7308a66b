// Answers that stand in for the servers that a workflow calls: by pattern of the address, and by method if one is named. They
// replace only the network: what comes before (parsing, secureFetch's envelope, the rules on addresses) and after
// (redirects, limits, the body's charset, the recording) is as with any answer.
import { Readable } from 'node:stream'
import { ConfigError } from '../../errors/index.ts'
import { CallFailure, type Exchange, type FetchRequest } from '../../net/index.ts'

/** How a call can fail in place of an answer, as it could with the server. */
export const failureAnswers = ['fetch_failed', 'fetch_timeout', 'fetch_too_large'] as const

export interface Answer {
  /** 200 when left out. */
  readonly status?: number | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** A string as it is, anything else as JSON; the content type follows it unless `headers` has one. */
  readonly body?: unknown
  /** How the call fails; the rest is left aside. */
  readonly error?: (typeof failureAnswers)[number] | undefined
}

type AnsweredRequest = Pick<FetchRequest, 'method' | 'url' | 'headers' | 'body'>

export interface AnswerRule extends Answer {
  /** Any method when left out. */
  readonly method?: string
  /** An http or https address; each `*` stands for any characters, none included. */
  readonly url: string
  /** Makes the answer of each call, in place of the same one for all. */
  readonly answer?: (request: AnsweredRequest) => Answer | Promise<Answer>
}

export interface Answers {
  /** The first rule that fits, as its answer; undefined when none fits. Throws CallFailure for `error`, and what the rule's `answer` throws. */
  exchange(request: AnsweredRequest): Promise<Exchange | undefined>
}

interface CheckedRule extends AnswerRule {
  /** The address as `new URL` spells it, in the pieces between the asterisks. */
  readonly pieces: readonly string[]
  readonly name: string
}

const methodName = /^[A-Z]{1,16}$/
/** No address holds it, and WHATWG URL parsing leaves it as it is in every part. */
const asterisk = 'mintage0asterisk0'
const bodiless = [204, 205, 304]

/** Throws ConfigError `usage` for a pattern, a method or a status that could never fit. */
export function answersOf(rules: readonly AnswerRule[]): Answers {
  const checked = rules.map(checkedRule)
  return {
    async exchange(request) {
      const rule = checked.find((one) => isFor(one, request))
      return rule && exchangeOf(rule.name, (await rule.answer?.(request)) ?? rule, request.method)
    },
  }
}

/** Whether a call is meant by a method and the pattern of an address. Throws ConfigError `usage` as answersOf does. */
export function callMatcher(
  rule: Pick<AnswerRule, 'method' | 'url'>,
): (call: Pick<FetchRequest, 'url'> & { readonly method: string }) => boolean {
  const checked = checkedRule(rule)
  return (call) => isFor(checked, call)
}

function isFor(
  { method: wanted, pieces }: CheckedRule,
  { method, url }: { readonly method: string; readonly url: URL },
): boolean {
  return (
    (wanted === undefined || wanted === method) && fits(`${url.origin}${url.pathname}${url.search}`, pieces)
  )
}

function checkedRule(rule: AnswerRule): CheckedRule {
  const { method, url: pattern, status = 200 } = rule
  const name = method === undefined ? pattern : `${method} ${pattern}`
  const url = URL.parse(pattern.replaceAll('*', asterisk))
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new ConfigError('usage', `"${name}" is not the address of a call.`, {
      hint: 'Write a full address such as https://api.example.com/customers/*, with * for any characters.',
    })
  }
  if (method !== undefined && !methodName.test(method)) {
    throw new ConfigError('usage', `"${name}" does not begin with a method of HTTP.`, {
      hint: 'Write the method in capitals and a space before the address, such as POST https://api.example.com/*.',
    })
  }
  checkStatus(name, status)
  return { ...rule, name, pieces: `${url.origin}${url.pathname}${url.search}`.split(asterisk) }
}

/** Piece by piece from the left: no pattern makes this take more than one pass for each piece. */
function fits(address: string, [first = '', ...others]: readonly string[]): boolean {
  const last = others.at(-1)
  if (last === undefined) return address === first
  if (!address.startsWith(first)) return false
  let from = first.length
  for (const piece of others.slice(0, -1)) {
    const at = address.indexOf(piece, from)
    if (at === -1) return false
    from = at + piece.length
  }
  return address.length - last.length >= from && address.endsWith(last)
}

function checkStatus(name: string, status: number): void {
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new ConfigError('usage', `The status of the answer for "${name}" is not a number from 200 to 599.`)
}

function exchangeOf(
  name: string,
  { status = 200, headers = {}, body, error }: Answer,
  method: string,
): Exchange {
  if (error !== undefined) throw new CallFailure(error, `the answer "${name}" is this failure`)
  checkStatus(name, status)
  const isText = typeof body === 'string'
  const given = Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value] as const)
  const hasType = given.some(([header]) => header === 'content-type')
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json'
  const bytes = body === undefined ? undefined : Buffer.from(isText ? body : JSON.stringify(body))
  const isSent = bytes !== undefined && method !== 'HEAD' && !bodiless.includes(status)
  return {
    status,
    statusText: '',
    headers: hasType || bytes === undefined ? given : [...given, ['content-type', type]],
    body: Readable.from(isSent ? [bytes] : []),
    answeredBy: name,
  }
}
