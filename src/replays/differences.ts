// What differs between what an invocation issued and what its replay would issue.
import { isDeepStrictEqual } from 'node:util'
import { tokenKinds, type JsonObject, type JsonValue, type TokenKind } from '../oauth/index.ts'

/** Of a run's document, what a client or the author sees. Durations are left out: they differ from run to run. */
export type EndedAs = {
  readonly outcome: string
  readonly decision: string
  readonly denied?: { readonly reason: string } | undefined
  readonly error?: { readonly code: string; readonly message: string } | undefined
  readonly log: readonly { readonly level: string; readonly text: string }[]
  readonly calls: readonly {
    readonly method: string
    readonly url: string
    readonly status?: number | undefined
  }[]
} & { readonly [Token in TokenKind]?: { readonly after: JsonObject | null } | undefined }

export interface ReplayDifference {
  /** `decision`, `outcome`, `denied`, `error`, `log`, `calls`, or a token. */
  readonly of: 'decision' | 'outcome' | 'denied' | 'error' | 'log' | 'calls' | TokenKind
  /** The claim, of a token. `*`: the whole token. */
  readonly claim?: string
  readonly kind: 'added' | 'changed' | 'removed'
  readonly recorded?: JsonValue
  readonly replayed?: JsonValue
}

export function differencesOf(recorded: EndedAs, replayed: EndedAs): readonly ReplayDifference[] {
  return [
    ...one('decision', recorded.decision, replayed.decision),
    ...one('outcome', recorded.outcome, replayed.outcome),
    ...one('denied', recorded.denied?.reason, replayed.denied?.reason),
    ...one('error', shownError(recorded), shownError(replayed)),
    ...tokenKinds.flatMap((token) => tokenDifferences(token, recorded[token]?.after, replayed[token]?.after)),
    ...one('log', shownLog(recorded), shownLog(replayed)),
    ...one('calls', shownCalls(recorded), shownCalls(replayed)),
  ]
}

/** Whether the tokens are the same, byte for byte, or their refusal is. */
export function isIssuedTheSame(differences: readonly ReplayDifference[]): boolean {
  return differences.every(({ of }) => of === 'log' || of === 'calls')
}

function one(
  of: ReplayDifference['of'],
  recorded: JsonValue | undefined,
  replayed: JsonValue | undefined,
  claim?: string,
): readonly ReplayDifference[] {
  if (isDeepStrictEqual(recorded, replayed)) return []
  const kind = recorded === undefined ? 'added' : replayed === undefined ? 'removed' : 'changed'
  return [
    {
      of,
      ...(claim !== undefined && { claim }),
      kind,
      ...(recorded !== undefined && { recorded }),
      ...(replayed !== undefined && { replayed }),
    },
  ]
}

function tokenDifferences(
  token: TokenKind,
  recorded: JsonObject | null | undefined,
  replayed: JsonObject | null | undefined,
): readonly ReplayDifference[] {
  const [before, after] = [recorded ?? undefined, replayed ?? undefined]
  if (before === undefined || after === undefined) return one(token, before, after, '*')
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  const claims = [...names].flatMap((claim) => one(token, before[claim], after[claim], claim))
  // The same claims in another order are other bytes.
  return claims.length > 0 || JSON.stringify(before) === JSON.stringify(after)
    ? claims
    : [{ of: token, claim: '*', kind: 'changed', recorded: before, replayed: after }]
}

/** Where a run stood when its time was up is the clock's doing, and so is what its message says. */
function shownError({ error }: EndedAs): JsonValue | undefined {
  return error && { code: error.code, ...(!timedOut.has(error.code) && { message: error.message }) }
}

const timedOut: ReadonlySet<string> = new Set(['running_time_exceeded', 'wall_clock_exceeded'])

function shownLog({ log }: EndedAs): JsonValue | undefined {
  return log.length === 0 ? undefined : log.map(({ level, text }) => `${level} ${text}`)
}

function shownCalls({ calls }: EndedAs): JsonValue | undefined {
  if (calls.length === 0) return undefined
  return calls.map(({ method, url, status }) => `${method} ${url} ${status ?? 'no answer'}`)
}
