// A request that a browser sends twice is answered once. A person presses a button again, a browser repeats what was cut off, two
// replicas get two clicks at once: the first request does the work, and every other one gets its answer. The record of it is one row
// that only one request can insert (compare-and-set), so it holds across replicas (docs/decisions/0036).
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { z } from 'zod'
import { isCommitted, type ArtifactStore, type Store } from '../../store/index.ts'
import { hashOfArtifactId } from '../request/artifact-id.ts'

export interface AnswerOnceDeps {
  readonly artifacts: Pick<ArtifactStore, 'find'>
  readonly commit: Store['commit']
  /** Together with the key of a request it seals the recorded answer, which may hold a code or the id of a session. */
  readonly secret: string
  readonly nowMs: () => number
  /** Called with the size of each record that is left, in bytes. */
  readonly onStored: (ctx: KoaContextWithOIDC, bytes: number) => void
}

export interface OnceOptions {
  /** Names the request. Only who may read the answer knows it; it is stored as a hash. */
  readonly key: string
  /** How long the answer is kept. */
  readonly keepSeconds: number
  /** A recorded answer, before it is given again; resolves to false to do without it. */
  readonly adapt?: (answer: RecordedAnswer) => Promise<RecordedAnswer | undefined>
}

const recordedAnswer = z.object({
  status: z.int(),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  body: z.string().nullable(),
})

export type RecordedAnswer = z.infer<typeof recordedAnswer>

const storedState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('pending'), untilMs: z.number() }),
  /** It failed and changed nothing: the next request does the work. */
  z.object({ state: z.literal('released') }),
  z.object({ state: z.literal('answered'), sealed: z.string() }),
])

type StoredState = z.infer<typeof storedState>

/** Far longer than a step takes, workflow included. A process that is killed in the middle holds up its browser for so long. */
const leaseMs = 30_000
const pollMs = 50

/** Resolves to `not-done` when the work was not to be done, so that its answer is only for this request. */
export type Work = () => Promise<void | 'not-done'>

export type AnswerOnce = (ctx: KoaContextWithOIDC, options: OnceOptions, work: Work) => Promise<void>

export function answerOnce({ artifacts, commit, secret, nowMs, onStored }: AnswerOnceDeps): AnswerOnce {
  return async (ctx, { key, keepSeconds, adapt }, work) => {
    const artifact = (attempt: number, state: StoredState) => ({
      model: 'Answer',
      idHash: hashOfArtifactId(`${key} ${String(attempt)}`),
      payload: state,
      facts: null,
      grantId: null,
      uid: null,
      userCode: null,
      accountId: null,
      expiresAtMs: nowMs() + keepSeconds * 1_000,
    })

    /** Resolves to true for the one request that has to do the work. */
    async function isFirst(attempt: number): Promise<boolean> {
      const pending = artifact(attempt, { state: 'pending', untilMs: nowMs() + leaseMs })
      return isCommitted(commit([{ kind: 'add-artifact', artifact: pending }]))
    }

    async function leave(attempt: number, state: StoredState): Promise<void> {
      await commit([{ kind: 'put-artifact', artifact: artifact(attempt, state) }])
      onStored(ctx, state.state === 'answered' ? state.sealed.length : 0)
    }

    async function doWork(attempt: number): Promise<void> {
      let isDone: boolean
      try {
        isDone = (await work()) !== 'not-done'
      } catch (error) {
        // The database may be the reason; then the lease runs out.
        await leave(attempt, { state: 'released' }).catch(() => undefined)
        throw error
      }
      const answer = isDone ? recordOf(ctx) : undefined
      await leave(attempt, answer ? { state: 'answered', sealed: sealed(answer) } : { state: 'released' })
    }

    function sealed(answer: RecordedAnswer): string {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', sealingKey(secret, key), nonce)
      const text = [cipher.update(JSON.stringify(answer), 'utf8'), cipher.final()]
      return Buffer.concat([nonce, cipher.getAuthTag(), ...text]).toString('base64url')
    }

    function opened(text: string): RecordedAnswer {
      const bytes = Buffer.from(text, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', sealingKey(secret, key), bytes.subarray(0, 12))
      decipher.setAuthTag(bytes.subarray(12, 28))
      const json = decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8')
      return recordedAnswer.parse(JSON.parse(json))
    }

    /** Undefined when no request has the work of this attempt any more. */
    async function answerOf(attempt: number): Promise<RecordedAnswer | undefined> {
      for (;;) {
        // oxlint-disable-next-line no-await-in-loop -- until the other request is done
        const found = await artifacts.find('Answer', hashOfArtifactId(`${key} ${String(attempt)}`))
        const state = found && storedState.parse(found.payload)
        if (state?.state === 'answered') return opened(state.sealed)
        if (state?.state !== 'pending' || state.untilMs < nowMs()) return undefined
        // oxlint-disable-next-line no-await-in-loop -- as above
        await sleep(pollMs)
      }
    }

    for (let attempt = 0; ; attempt += 1) {
      // oxlint-disable-next-line no-await-in-loop -- an attempt follows one that failed
      if (await isFirst(attempt)) return doWork(attempt)
      // oxlint-disable-next-line no-await-in-loop -- as above
      const answer = await answerOf(attempt)
      if (!answer) continue
      // oxlint-disable-next-line no-await-in-loop -- returns
      const given = adapt ? await adapt(answer) : answer
      if (given) give(ctx, given)
      return
    }
  }
}

function sealingKey(secret: string, key: string): Buffer {
  return createHmac('sha256', secret).update(key).digest()
}

/** Of an answer that did something: a page or a redirect. A refusal changed nothing and may turn out otherwise. */
function recordOf(ctx: KoaContextWithOIDC): RecordedAnswer | undefined {
  const { status, body } = ctx
  const headers = Object.entries(ctx.response.headers).flatMap(
    ([name, value]): [string, string | string[]][] =>
      value === undefined || name === 'content-length'
        ? []
        : [[name, Array.isArray(value) ? value : String(value)]],
  )
  const location = ctx.response.get('location')
  if (status >= 400 || /[?&#]error=(?:server_error|temporarily_unavailable)/.test(location)) return undefined
  if (body !== null && body !== undefined && typeof body !== 'string') return undefined
  return { status, headers: Object.fromEntries(headers), body: body ?? null }
}

function give(ctx: KoaContextWithOIDC, { status, headers, body }: RecordedAnswer): void {
  ctx.status = status
  ctx.body = body
  for (const [name, value] of Object.entries(headers)) ctx.set(name, value)
}
