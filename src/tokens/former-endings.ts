// Invocations that were stored before an outcome was spelled like its error code keep the earlier name in the database. People find and
// see them by the current one.
import type { StoredInvocation } from '../store/index.ts'
import type { RunEnding } from './run-token-trigger.ts'

const currentNames: ReadonlyMap<unknown, RunEnding> = new Map([
  ['out-of-memory', 'memory-exceeded'],
  ['too-many-calls', 'calls-exceeded'],
  ['log-too-large', 'log-exceeded'],
  ['invalid-claims', 'claims-invalid'],
  ['reserved-claims', 'claim-reserved'],
  ['unavailable', 'busy'],
])

/** Any other value is given back as it is. */
export function currentEnding<Stored>(stored: Stored): Stored | RunEnding {
  return currentNames.get(stored) ?? stored
}

/** Every name under which invocations of this outcome are stored. */
export function storedEndings(ending: RunEnding): readonly [string, ...string[]] {
  const former = [...currentNames].flatMap(([name, current]) => (current === ending ? [String(name)] : []))
  return [ending, ...former]
}

export function withCurrentEnding(invocation: StoredInvocation): StoredInvocation {
  const outcome = currentEnding(invocation.outcome)
  return { ...invocation, outcome, document: { ...invocation.document, outcome } }
}
