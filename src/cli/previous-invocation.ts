// What differs between an invocation and the one before it of the same user and client, in words.
import { invocationDifferences, previousInvocation } from '../replays/index.ts'
import type { Store, StoredInvocation } from '../store/index.ts'
import { printable, type Output } from './output.ts'
import { differenceLine, namesWidth } from './replay-report.ts'

/** Empty for the first invocation, and when the one before it cannot be read. */
export async function sincePrevious(
  invocation: StoredInvocation,
  store: Store,
  output: Output,
): Promise<string> {
  const { userId, deploymentId } = invocation
  const previous = await previousInvocation(invocation, store.invocations)
  const differences = previous && invocationDifferences(previous, invocation)
  if (previous === undefined || differences === undefined) return ''
  const width = namesWidth(differences)
  const whose = userId === null ? 'this client' : 'this user and client'
  return [
    output.style('bold', 'since the previous invocation'),
    `  ${output.style('dim', printable(`${previous.id} of ${new Date(previous.startedAtMs).toISOString()}, of ${whose}`))}`,
    ...(previous.deploymentId === deploymentId
      ? []
      : [
          output.style(
            'yellow',
            `  ~ deployment  ${printable(`${previous.deploymentId} → ${deploymentId}`)}`,
          ),
        ]),
    ...differences.map((difference) => differenceLine(difference, width, output)),
    ...(differences.length === 0 ? ['  the same decision and claims, but for times and ids'] : []),
  ].join('\n')
}
