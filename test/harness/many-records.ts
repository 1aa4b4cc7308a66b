// Records of runs as refreshes with a workflow leave them, in batches that are written at once.
import type { InvocationRecord } from '../../src/store/index.ts'
import { ada, webClient } from './directory-fixture.ts'

const batch = 1_000
const documentBytes = 6_000

export function* manyRecords(count: number): Generator<InvocationRecord[]> {
  const startedAtMs = Date.now()
  for (let start = 0; start < count; start += batch) {
    yield Array.from({ length: Math.min(batch, count - start) }, (_, index) =>
      record(start + index, startedAtMs),
    )
  }
}

function record(number: number, startedAtMs: number): InvocationRecord {
  const id = String(number).padStart(12, '0')
  return {
    id: `inv_${id}`,
    startedAtMs,
    trigger: 'user:tokens_generation',
    origin: 'refresh_token_request',
    workflowId: 'tokens',
    deploymentId: 'dep_1',
    clientId: webClient.id,
    userId: ada.id,
    organizationCode: null,
    outcome: 'completed',
    decision: 'issue',
    durationMs: 1.5,
    accessTokenJti: `access-${id}`,
    idTokenJti: `id-${id}`,
    document: { claims: 'x'.repeat(documentBytes) },
  }
}
