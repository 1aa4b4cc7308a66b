// Executes the host calls of all runs, on the host's main thread. The one place where a failure becomes an envelope and where
// texts are redacted: whatever a call does, execute() resolves, and what it resolves to holds no secret of the run.
//
// It does not know the pool, the protocol or the guest, and keeps no state of a run beyond its calls.
import {
  CallFailure,
  claimedCall,
  fetchAnswer,
  parseFetchRequest,
  traceUrl,
  type CallContext,
  type Redact,
} from '../../net/index.ts'
import type { HostCallContext, HostCallKind, HostCallResult, HostCalls, HostCallTrace } from './host-call.ts'
import { JwksCache } from './jwks-cache.ts'
import { JwtCache } from './jwt-cache.ts'
import { redactor } from './redaction.ts'
import { openRunClient, type RunClient, type RunClientOptions } from './run-client.ts'
import { sealedRequest, type EncryptionKeySource } from './secure-fetch.ts'

export interface HostCallsOptions extends RunClientOptions {
  /** The key of secureFetch: 32 bytes. Without one, secureFetch answers encryption_key_missing. */
  readonly encryptionKey?: EncryptionKeySource
  /** Milliseconds since the epoch, for the expiry of tokens and key sets. */
  readonly now?: () => number
  /** Whose cached tokens a run sees, as the environment it belongs to; one scope for all when not given. */
  readonly cacheScope?: (context: HostCallContext) => string
  /** Called with our own defect, which the workflow sees as a neutral failure. */
  readonly onDefect?: (error: unknown, kind: HostCallKind) => void
}

/** A message can hold text of the guest's own. */
const longestMessage = 4_096

/** What a call did so far, for its trace: filled while it runs, so that a failure has it too. */
interface Progress {
  trace?: HostCallTrace
}

/** Throws ConfigError when `allow` holds an entry that is not an origin. */
export function openHostCalls(options: HostCallsOptions = {}): HostCalls {
  const client = openRunClient(options)
  const calls = new OpenHostCalls(client, options)
  return {
    execute: (kind, request, context) => calls.execute(kind, request, context),
    close: () => client.close(),
  }
}

class OpenHostCalls {
  readonly #client: RunClient
  readonly #options: HostCallsOptions
  readonly #jwtCache: JwtCache
  readonly #jwksCache = new JwksCache()

  constructor(client: RunClient, options: HostCallsOptions) {
    const now = options.now ?? Date.now
    this.#client = client
    this.#options = options
    this.#jwtCache = new JwtCache({ now, scopeOf: options.cacheScope ?? (() => '') })
  }

  async execute(kind: HostCallKind, request: unknown, context: HostCallContext): Promise<HostCallResult> {
    const progress: Progress = {}
    // Until the secrets are known, nothing is shown.
    let redact: Redact = () => ''
    try {
      redact = redactorFor(context)
      const value = await this.#perform(kind, request, context, redact, progress)
      return { answer: { ok: true, value }, ...progress }
    } catch (error) {
      const failure = error instanceof CallFailure ? error : this.#defect(error, kind)
      return {
        answer: { ok: false, code: failure.code, message: redact(failure.message).slice(0, longestMessage) },
        ...progress,
      }
    }
  }

  #perform(
    kind: HostCallKind,
    request: unknown,
    context: HostCallContext,
    redact: Redact,
    progress: Progress,
  ): Promise<unknown> {
    switch (kind) {
      case 'fetch':
      case 'secureFetch':
        return this.#fetch(kind, request, context, redact, progress)
      case 'jwtCacheGet':
        return this.#jwtCache.get(request, context)
      case 'jwtCachePut':
        return this.#jwtCache.put(request, context, (url) =>
          this.#jwksCache.keysOf(url, (address) =>
            this.#fetch(
              'fetch',
              { url: address, method: 'GET', headers: [['accept', 'application/json']] },
              context,
              redact,
              progress,
            ),
          ),
        )
    }
  }

  async #fetch(
    kind: 'fetch' | 'secureFetch',
    request: unknown,
    context: HostCallContext,
    redact: Redact,
    progress: Progress,
  ) {
    const claimed = claimedCall(request)
    const shown = { method: claimed.method, url: traceUrl(claimed.url, redact) }
    progress.trace = shown
    const sent = await inCall(`${shown.method} ${shown.url}`, async () => {
      const parsed = parseFetchRequest(request)
      return kind === 'fetch'
        ? parsed
        : await sealedRequest(parsed, context.secureFetchEncoding, this.#options.encryptionKey)
    })
    const answered: { by?: string } = {}
    const value = await fetchAnswer(sent, {
      client: this.#client.of(context),
      context: callContext(context),
      redact,
      onAnsweredBy: (rule) => (answered.by = rule),
    })
    progress.trace = {
      ...shown,
      status: value.status,
      ...(answered.by !== undefined && { answeredBy: answered.by }),
    }
    return value
  }

  #defect(error: unknown, kind: HostCallKind): CallFailure {
    this.#options.onDefect?.(error, kind)
    return new CallFailure('fetch_failed', 'the call failed inside Mintage')
  }
}

function callContext({ limits, signal, abortedByWorkflow }: HostCallContext): CallContext {
  const aborted = abortedByWorkflow && [
    { signal: abortedByWorkflow, reason: 'the workflow aborted the call' },
  ]
  return {
    limits,
    ends: [...(aborted ?? []), { signal, reason: 'the run ended before the answer came' }],
  }
}

function redactorFor({ environment }: HostCallContext): Redact {
  return redactor(Object.values(environment).flatMap(({ value, isSecret }) => (isSecret ? [value] : [])))
}

async function inCall<T>(call: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    throw error instanceof CallFailure ? error.during(call) : error
  }
}
