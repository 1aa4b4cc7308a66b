// Environment variables that workflows read. Each operation is one commit with its audit record, which never holds a value: the value of one
// that is not secret today may be secret tomorrow.
import type { Catalog, EnvironmentVariableRecord } from '../store/index.ts'
import { newId } from './ids.ts'
import { audited, beforeAndAfter, differences, type OperationDeps } from './operation.ts'

type VariableFields = Partial<Pick<EnvironmentVariableRecord, 'key' | 'value' | 'isSecret'>>

/** Resolves to its id. Rejects with StoreError `store_conflict` when the key is taken. */
export async function createEnvironmentVariable(
  { key, value, isSecret }: Pick<EnvironmentVariableRecord, 'key' | 'value' | 'isSecret'>,
  deps: OperationDeps,
): Promise<string> {
  const id = newId('environmentVariable', deps.random)
  const variable = { id, key, value, isSecret, createdAtMs: deps.now() }
  await deps.store.commit([
    { kind: 'put-environment-variable', variable },
    audited(deps, null, { variable_id: id, ...beforeAndAfter({}, { key, isSecret }) }),
  ])
  return id
}

/** `catalog`: the one that `before` was read from. */
export async function updateEnvironmentVariable(
  before: EnvironmentVariableRecord,
  fields: VariableFields,
  { version }: Catalog,
  deps: OperationDeps,
): Promise<void> {
  const { set, expected } = differences<EnvironmentVariableRecord, VariableFields>(before, fields)
  const { value: newValue, ...after } = set
  const { value: _, ...known } = expected
  await deps.store.commit([
    { kind: 'expect-catalog', version },
    { kind: 'put-environment-variable', variable: { ...before, ...set, value: newValue ?? before.value } },
    audited(deps, null, {
      variable_id: before.id,
      isValueChanged: newValue !== undefined,
      ...beforeAndAfter(known, after),
    }),
  ])
}

export async function deleteEnvironmentVariable(
  { id, key }: EnvironmentVariableRecord,
  deps: OperationDeps,
): Promise<void> {
  await deps.store.commit([
    { kind: 'delete-environment-variable', variableId: id },
    audited(deps, null, { variable_id: id, ...beforeAndAfter({ key }, {}) }),
  ])
}
