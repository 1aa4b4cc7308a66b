// What an issuer recorded of its workflow's runs, oldest first.
import { invocationDocumentSchema, type InvocationDocument } from '../../src/tokens/index.ts'
import type { StoredInvocation } from '../../src/store/index.ts'
import type { TestIssuer } from './issuer.ts'

export interface RecordedInvocation {
  readonly record: StoredInvocation
  readonly document: InvocationDocument
}

/** Those after the `seen` first ones. */
export async function invocations(
  { store }: Pick<TestIssuer, 'store'>,
  seen = 0,
): Promise<readonly RecordedInvocation[]> {
  await store.invocations.flush()
  const records = await store.invocations.list({ order: 'oldest-first', limit: 1_000 })
  return records
    .slice(seen)
    .map((record) => ({ record, document: invocationDocumentSchema.parse(record.document) }))
}
