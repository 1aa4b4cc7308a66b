// The case of a recorded invocation (src/cases).
import { maskedCase, type Case } from '../cases/index.ts'
import { tokenKinds, type JsonObject, type TokenKind } from '../oauth/index.ts'
import type { RecordedInvocation } from './recorded-invocation.ts'

/** Of the workflow that is given, or of the first one that ran. */
export function caseOfInvocation(invocation: RecordedInvocation): Case {
  const { id, request, environment, recordings, document, startedAtMs } = invocation
  const [first] = recordings.values()
  const { event, before } = request
  const tokens = tokenKinds.flatMap((token): [TokenKind, JsonObject | null][] => {
    const found = document[token]
    return found === undefined ? [] : [[token, found.after]]
  })
  return maskedCase({
    trigger: event.trigger,
    workflow: { id: document.workflow.id, file: document.workflow.file },
    invocation: id,
    event: event.json,
    before: Object.fromEntries(
      tokenKinds.flatMap((token) => (before[token] ? [[token, before[token]]] : [])),
    ),
    environment: { ...environment },
    startedAtMs: first?.startedAtMs ?? startedAtMs,
    ...(first && { seed: first.seed }),
    answers: [...recordings.values()].flatMap(({ answers }) => answers),
    expected: {
      outcome: document.outcome,
      decision: document.decision,
      tokens: Object.fromEntries(tokens),
      ...(document.denied && { denied: document.denied }),
      ...(document.error && { error: { code: document.error.code } }),
    },
  })
}
