// Whether a run ended as its case expects. Only what the case tells of is compared: neither how long the run took nor what it logged.
import { isDeepStrictEqual } from 'node:util'
import { tokenKinds, type JsonObject, type TokenKind } from '../oauth/index.ts'
import type { CaseExpectation } from './case.ts'

/** What is compared of the document of a run. */
export type EndedRun = {
  readonly outcome: string
  readonly decision: string
  readonly denied?: { readonly reason: string } | undefined
  readonly error?: { readonly code: string } | undefined
} & { readonly [Token in TokenKind]?: { readonly after: JsonObject | null } | undefined }

/** The first difference, as `path: expected …, got …`; undefined when all is as expected. */
export function expectationDifference(expected: CaseExpectation, run: EndedRun): string | undefined {
  const told = (path: string, wanted: unknown, got: unknown) =>
    isDeepStrictEqual(wanted, got) ? [] : [`${path}: expected ${shown(wanted)}, got ${shown(got)}`]
  const [first] = [
    ...told('outcome', expected.outcome, run.outcome),
    ...told('decision', expected.decision, run.decision),
    ...told('denied.reason', expected.denied?.reason, run.denied?.reason),
    ...told('error.code', expected.error?.code, run.error?.code),
    ...tokenKinds.flatMap((token) => {
      const [wanted, got] = [expected.tokens[token], run[token]?.after]
      if (!isClaims(wanted) || !isClaims(got)) return told(token, wanted, got)
      const names = new Set([...Object.keys(wanted), ...Object.keys(got)])
      return [...names].flatMap((claim) => told(`${token}.${claim}`, wanted[claim], got[claim]))
    }),
  ]
  return first
}

function isClaims(value: JsonObject | null | undefined): value is JsonObject {
  return value !== null && value !== undefined
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 100 ? `${text.slice(0, 99)}…` : text
}
