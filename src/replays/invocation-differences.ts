// What differs between two recorded invocations, and which one came before: the first question when a token has changed.
import type { InvocationStore, StoredInvocation } from '../store/index.ts'
import { invocationDocumentSchema } from '../tokens/index.ts'
import { differencesOf, type ReplayDifference } from './differences.ts'

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

/** Of the same user and client; of a machine, of the same client. Undefined for the first one. */
export async function previousInvocation(
  { clientId, userId, sequence, trigger }: StoredInvocation,
  invocations: Pick<InvocationStore, 'list'>,
): Promise<StoredInvocation | undefined> {
  const filter = { clientId, ...(userId !== null && { userId }), beforeSequence: sequence, limit: 1 }
  const [previous] = await invocations.list(filter)
  return previous?.trigger === trigger ? previous : undefined
}

/** Of the decision and the claims, but for times and ids. Undefined when one of the records cannot be read. */
export function invocationDifferences(
  earlier: StoredInvocation,
  later: StoredInvocation,
): readonly ReplayDifference[] | undefined {
  const [before, after] = [earlier, later].map(
    ({ document }) => invocationDocumentSchema.safeParse(document).data,
  )
  if (before === undefined || after === undefined) return undefined
  return differencesOf(before, after).filter(
    ({ of, claim }) => of !== 'log' && of !== 'calls' && !ofEachToken.has(claim ?? ''),
  )
}
