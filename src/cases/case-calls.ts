// The answers of a case as the host calls of one run. Nothing goes out: a call without an answer fails as `answer_missing`, unless
// another source of answers stands behind.
import {
  callMatcher,
  type HostCallAnswer,
  type HostCalls,
  type HostCallTrace,
} from '../runtime/host-calls/index.ts'
import { z } from 'zod'
import type { CaseAnswer } from './case.ts'

/** An outgoing call for which there was no answer. */
export interface MissingAnswer {
  readonly method: string
  readonly url: string
}

export interface CaseCalls extends Pick<HostCalls, 'execute'> {
  /** In the order of the calls. */
  readonly missing: readonly MissingAnswer[]
}

interface Given {
  readonly answer: CaseAnswer
  fits(call: RequestedCall): boolean
  isUsed: boolean
}

interface RequestedCall {
  readonly kind: string
  readonly method: string
  readonly url: string
}

/** For one run: each answer is given once, in order, and the last that fits again. Throws ConfigError `usage` for a pattern that fits no call. */
export function caseCalls(answers: readonly CaseAnswer[], behind?: Pick<HostCalls, 'execute'>): CaseCalls {
  const given = answers.map((answer): Given => ({ answer, fits: fitting(answer), isUsed: false }))
  const missing: MissingAnswer[] = []
  return {
    missing,
    async execute(kind, request, context) {
      const call = requestedCall(kind, request)
      const fitting = given.filter((one) => one.fits(call))
      const next = fitting.find(({ isUsed }) => !isUsed) ?? fitting.at(-1)
      if (next !== undefined) {
        next.isUsed = true
        return result(next.answer, call)
      }
      if (behind !== undefined) return behind.execute(kind, request, context)
      // A cache without an answer is an empty one: the run then asks for the token itself.
      if (kind === 'jwtCacheGet') return { answer: { ok: true, value: { miss: true } } }
      if (kind === 'jwtCachePut') return { answer: { ok: true, value: keptToken(request) } }
      missing.push({ method: call.method, url: call.url })
      return {
        answer: {
          ok: false,
          code: 'answer_missing',
          message: `${call.method} ${call.url}: no answer is given for this call, so it does not go out`,
        },
        trace: { method: call.method, url: call.url },
      }
    },
  }
}

function fitting({ kind, method, url }: CaseAnswer): Given['fits'] {
  if (url === undefined) return (call) => call.kind === kind
  const isMeant = callMatcher({ url, ...(method !== undefined && { method }) })
  return (call) => {
    const address = URL.parse(call.url)
    return call.kind === kind && address !== null && isMeant({ method: call.method, url: address })
  }
}

const requestSchema = z.object({ method: z.string().default('GET'), url: z.string() })
const putSchema = z.object({ token: z.string() })

function requestedCall(kind: string, request: unknown): RequestedCall {
  const { method, url } = requestSchema.safeParse(request).data ?? { method: 'GET', url: '(invalid address)' }
  return { kind, method: method.toUpperCase(), url }
}

/** A token that is not kept is given back, without the quotes of JSON, as the cache does. */
function keptToken(request: unknown): { readonly token: string } {
  const { token } = putSchema.safeParse(request).data ?? { token: '' }
  return { token: token.replaceAll(/^"|"$/g, '') }
}

function result(answer: CaseAnswer, { kind, method, url }: RequestedCall) {
  const envelope = envelopeOf(answer, url)
  if (kind !== 'fetch' && kind !== 'secureFetch') return { answer: envelope }
  const { status = 200 } = answer
  const trace: HostCallTrace = { method, url, ...(envelope.ok && { status, answeredBy: 'the case' }) }
  return { answer: envelope, trace }
}

function envelopeOf(
  { kind, status = 200, statusText = '', headers, body, bodyBase64, redirectedTo, value, error }: CaseAnswer,
  url: string,
): HostCallAnswer {
  if (error !== undefined) return { ok: false, code: error.code, message: error.message }
  if (kind !== 'fetch' && kind !== 'secureFetch') return { ok: true, value: value ?? { miss: true } }
  const isText = typeof body === 'string' || body === undefined
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json'
  const fragment = url.indexOf('#')
  return {
    ok: true,
    value: {
      status,
      statusText,
      headers: headers ?? (body === undefined ? [] : [['content-type', type]]),
      body: isText ? (body ?? '') : JSON.stringify(body),
      ...(bodyBase64 !== undefined && { bodyBase64 }),
      url: redirectedTo ?? (fragment === -1 ? url : url.slice(0, fragment)),
      redirected: redirectedTo !== undefined,
    },
  }
}
