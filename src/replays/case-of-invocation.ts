// The case of a recorded invocation (src/cases).
import { maskedCase, type Case } from '../cases/index.ts'
import { tokenKinds, type JsonObject, type TokenKind } from '../oauth/index.ts'
import { changedLimits } from '../runtime/index.ts'
import { keptRules } from '../tokens/index.ts'
import { stepsOf, type RecordedInvocation } from './recorded-invocation.ts'

export function caseOfInvocation(invocation: RecordedInvocation): Case {
  const { id, request, environment, recordings, document, startedAtMs, strictClaims } = invocation
  const { event, before } = request
  const limits = changedLimits(invocation.limits)
  const tokens = tokenKinds.flatMap((token): [TokenKind, JsonObject | null][] => {
    const found = document[token]
    return found === undefined ? [] : [[token, found.after]]
  })
  return maskedCase({
    trigger: event.trigger,
    workflows: stepsOf(document).map(({ workflow, file, outcome }) => {
      const recording = recordings.get(workflow)
      return {
        id: workflow,
        file,
        clock: new Date(recording?.startedAtMs ?? startedAtMs).toISOString(),
        ...(recording && { seed: recording.seed }),
        ...(outcome === 'breaker-open' && { isResting: true }),
      }
    }),
    invocation: id,
    event: event.json,
    before: Object.fromEntries(
      tokenKinds.flatMap((token) => (before[token] ? [[token, before[token]]] : [])),
    ),
    environment: { ...environment },
    ...(Object.keys(limits).length > 0 && { limits }),
    ...keptRules({ ...request, strictClaims }),
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
