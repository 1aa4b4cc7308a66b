// Recorded invocations by the operations of the management API, as `mintage logs` prints them.
import type { z } from 'zod'
import { mintageOperations } from '../management/index.ts'
import type { StoredInvocation } from '../store/index.ts'
import type { ManagementClient } from './management-client.ts'

/** As a query of the operation. */
export type InvocationQuery = Readonly<Record<string, string>>

/** The operation's own bound. */
const mostOfPage = 200

/** Newest first. `isCut`: a text was looked for in the newest ones only. */
export async function newestInvocations(
  client: ManagementClient,
  query: InvocationQuery,
  limit: number,
): Promise<{ readonly found: readonly StoredInvocation[]; readonly isCut: boolean }> {
  const found: StoredInvocation[] = []
  let before: InvocationQuery = {}
  while (found.length < limit) {
    const wanted = Math.min(limit - found.length, mostOfPage)
    // oxlint-disable-next-line no-await-in-loop -- page after page
    const { invocations, isCut } = await page(client, { ...query, ...before, limit: String(wanted) })
    found.push(...invocations)
    const last = invocations.at(-1)
    if (isCut || last === undefined || invocations.length < wanted) return { found, isCut }
    before = { before: String(last.sequence) }
  }
  return { found, isCut: false }
}

/** Those after one, oldest first, and where the next look begins. */
export async function invocationsAfter(
  client: ManagementClient,
  query: InvocationQuery,
  after: number,
): Promise<{ readonly found: readonly StoredInvocation[]; readonly next: number }> {
  const { invocations, lastSequence } = await page(client, {
    ...query,
    after: String(after),
    limit: String(mostOfPage),
  })
  return { found: invocations, next: lastSequence ?? after }
}

async function page(client: ManagementClient, query: InvocationQuery) {
  const answer = await client.call(mintageOperations.getInvocations, { query })
  return {
    invocations: answer.invocations.map(storedInvocation),
    lastSequence: answer.last_sequence,
    isCut: answer.is_cut,
  }
}

type Shown = z.output<typeof mintageOperations.getInvocations.answer>['invocations'][number]

/** In the form of the store, in which a record is printed. One that was asked for without its document has an empty one. */
export function storedInvocation({ document = {}, ...shown }: Shown): StoredInvocation {
  return {
    sequence: shown.sequence,
    id: shown.id,
    startedAtMs: Date.parse(shown.started_on),
    trigger: shown.trigger,
    origin: shown.origin,
    workflowId: shown.workflow_id,
    deploymentId: shown.deployment_id,
    clientId: shown.client_id,
    userId: shown.user_id,
    organizationCode: shown.org_code,
    outcome: shown.outcome,
    decision: shown.decision,
    durationMs: shown.duration_ms,
    accessTokenJti: shown.access_token_jti,
    idTokenJti: shown.id_token_jti,
    document,
  }
}
