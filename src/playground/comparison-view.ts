// Two runs compared, as the playground's pages take it.
import { tokenKinds, type JsonValue } from '../oauth/index.ts'
import type { ComparisonView, TokenDifference } from '../pages/index.ts'
import { invocationDifferences, type ReplayDifference } from '../replays/index.ts'
import type { StoredInvocation } from '../store/index.ts'
import { invocationSummary } from './invocation-view.ts'

/** Undefined when one of the records cannot be read. */
export function comparisonView(one: StoredInvocation, other: StoredInvocation): ComparisonView | undefined {
  const [earlier, later] = one.sequence < other.sequence ? [one, other] : [other, one]
  const differences = invocationDifferences(earlier, later)
  if (differences === undefined) return undefined
  return {
    earlier: { ...invocationSummary(earlier), deploymentId: earlier.deploymentId },
    later: { ...invocationSummary(later), deploymentId: later.deploymentId },
    ending: differences.flatMap(endingDifference),
    tokens: Object.fromEntries(
      tokenKinds
        .map((kind) => [kind, tokenDifference(differences.filter(({ of }) => of === kind))] as const)
        .filter(([, difference]) => difference !== undefined),
    ),
  }
}

/** The decision is shown of each run; it needs no row. */
function endingDifference({ of, recorded, replayed }: ReplayDifference): ComparisonView['ending'] {
  const named =
    of === 'outcome' ? of : of === 'denied' ? ('reason' as const) : of === 'error' ? of : undefined
  if (named === undefined) return []
  return [
    {
      of: named,
      ...(recorded !== undefined && { before: endingText(recorded) }),
      ...(replayed !== undefined && { after: endingText(replayed) }),
    },
  ]
}

/** Reasons and outcomes are text; an error is a code and mostly a message. */
function endingText(value: JsonValue): string {
  return typeof value === 'object' && value !== null
    ? Object.values(value).map(String).join(': ')
    : String(value)
}

function tokenDifference(differences: readonly ReplayDifference[]): TokenDifference | undefined {
  const whole = differences.find(({ claim }) => claim === '*')
  if (whole) return ({ added: 'later-only', removed: 'earlier-only', changed: 'order' } as const)[whole.kind]
  if (differences.length === 0) return undefined
  return differences.map(({ kind, claim = '', recorded, replayed }) => ({
    state: kind,
    claim,
    before: recorded,
    after: replayed,
  }))
}
