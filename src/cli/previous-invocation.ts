// What differs between an invocation and the one before it of the same user and client: the first question when a token has changed.
import { differencesOf } from '../replays/index.ts'
import type { Store, StoredInvocation } from '../store/index.ts'
import { invocationDocumentSchema } from '../tokens/index.ts'
import { printable, type Output } from './output.ts'
import { differenceLine, namesWidth } from './replay-report.ts'

/** They are others in each token. */
const ofEachToken: ReadonlySet<string> = new Set([
  'iat',
  'exp',
  'jti',
  'rat',
  'auth_time',
  'nonce',
  'at_hash',
  'sid',
])

/** Empty for the first invocation, and when the one before it cannot be read. */
export async function sincePrevious(
  invocation: StoredInvocation,
  store: Store,
  output: Output,
): Promise<string> {
  const { clientId, userId, sequence, trigger, deploymentId } = invocation
  const filter = { clientId, ...(userId !== null && { userId }), beforeSequence: sequence, limit: 1 }
  const [previous] = await store.invocations.list(filter)
  if (previous === undefined || previous.trigger !== trigger) return ''
  const [before, after] = [previous, invocation].map(
    ({ document }) => invocationDocumentSchema.safeParse(document).data,
  )
  if (before === undefined || after === undefined) return ''
  const differences = differencesOf(before, after).filter(
    ({ of, claim }) => of !== 'log' && of !== 'calls' && !ofEachToken.has(claim ?? ''),
  )
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
