// What differs between an invocation and the one before it of the same user and client, in words.
import type { z } from 'zod'
import type { mintageOperations } from '../management/index.ts'
import type { StoredInvocation } from '../store/index.ts'
import { printable, type Output } from './output.ts'
import { differenceLine, namesWidth } from './replay-report.ts'

type Previous = NonNullable<z.output<typeof mintageOperations.getInvocation.answer>['previous']>

export function sincePrevious(
  previous: Previous,
  { userId, deploymentId }: StoredInvocation,
  output: Output,
): string {
  const differences = previous.differences.map(({ before, after, ...difference }) => {
    return { ...difference, recorded: before, replayed: after }
  })
  const width = namesWidth(differences)
  const whose = userId === null ? 'this client' : 'this user and client'
  return [
    output.style('bold', 'since the previous invocation'),
    `  ${output.style('dim', printable(`${previous.id} of ${previous.started_on}, of ${whose}`))}`,
    ...(previous.deployment_id === deploymentId
      ? []
      : [
          output.style(
            'yellow',
            `  ~ deployment  ${printable(`${previous.deployment_id} → ${deploymentId}`)}`,
          ),
        ]),
    ...differences.map((difference) => differenceLine(difference, width, output)),
    ...(differences.length === 0 ? ['  the same decision and claims, but for times and ids'] : []),
  ].join('\n')
}
