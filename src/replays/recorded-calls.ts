// The recorded answers for code other than that which was recorded. A call gets the answer of the same request, else of the same address;
// one that the recording does not hold is skipped: it fails for the workflow, and the replay names it.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { MissingAnswer } from '../cases/index.ts'
import type { HostCallAnswer, HostCalls } from '../runtime/host-calls/index.ts'
import type { Recording } from '../runtime/index.ts'

export interface RecordedCalls extends Pick<HostCalls, 'execute'> {
  /** Calls that were not made, in their order. */
  readonly missing: readonly MissingAnswer[]
}

const requestSchema = z.object({ method: z.string(), url: z.string() })

export function recordedCalls(recordings: readonly Recording[]): RecordedCalls {
  const answers = recordings
    .flatMap((recording) => recording.answers)
    .map((answer) => ({ answer, isUsed: false }))
  const missing: MissingAnswer[] = []
  return {
    missing,
    async execute(kind, request) {
      // As the sandbox hashes it: the guest writes its request with JSON.stringify.
      const hash = createHash('sha256')
        .update(`${kind}\n${JSON.stringify(request)}`)
        .digest('hex')
      const { method, url } = requestSchema.safeParse(request).data ?? { method: 'GET', url: '' }
      const ofKind = answers.filter(({ answer }) => answer.kind === kind && answer.envelope !== undefined)
      const same = ofKind.filter(({ answer }) => answer.requestHash === hash)
      const alike = ofKind.filter(
        ({ answer }) => url !== '' && answer.method === method && answer.url === url,
      )
      const found = [...same, ...alike].find(({ isUsed }) => !isUsed) ?? same.at(-1) ?? alike.at(-1)
      if (found?.answer.envelope !== undefined) {
        found.isUsed = true
        // The sandbox wrote it for the recorded run.
        const answer = JSON.parse(found.answer.envelope) as HostCallAnswer
        return { answer, ...(url !== '' && { trace: { method, url, ...statusOf(answer) } }) }
      }
      if (kind === 'jwtCacheGet') return { answer: { ok: true, value: { miss: true } } }
      if (kind === 'jwtCachePut') return { answer: { ok: true, value: keptToken(request) } }
      missing.push({ method, url })
      const message = `${method} ${url}: the recording holds no answer to this call, so it was skipped`
      return { answer: { ok: false, code: 'answer_missing', message }, trace: { method, url } }
    },
  }
}

function statusOf(answer: HostCallAnswer): { readonly status?: number } {
  if (!answer.ok) return {}
  const { status } = Object(answer.value) as { readonly status?: unknown }
  return typeof status === 'number' ? { status } : {}
}

/** A token that is not kept is given back without the quotes of JSON, as the cache does. */
function keptToken(request: unknown): { readonly token: string } {
  const { token } = z.object({ token: z.string() }).safeParse(request).data ?? { token: '' }
  return { token: token.replaceAll(/^"|"$/g, '') }
}
