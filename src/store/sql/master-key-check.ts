// Whether the master key is the one that this database was encrypted under: the first start seals a known text, every later
// one opens it. A wrong key ends the start, before anything is sealed under it (KY-04).
import { ConfigError } from '../../errors/index.ts'
import type { SealedBox, SealedPlace } from '../sealed-box.ts'
import type { Database } from './database.ts'
import { prepare } from './statement.ts'

export const masterKeyCheckName = 'master-key-check'
const name = masterKeyCheckName
const place = masterKeyCheckPlace(name)

export function masterKeyCheckPlace(row: string): SealedPlace {
  return { table: 'meta', row, column: 'value' }
}

/** Whether the value that a database keeps for it was made under this key. */
export function isSealedUnder(box: SealedBox, value: string): boolean {
  try {
    box.open(value, place)
    return true
  } catch {
    return false
  }
}

/** Throws ConfigError `master_key_wrong`. */
export async function checkMasterKey(database: Database, box: SealedBox): Promise<void> {
  const { builder } = database
  const find = prepare(() => builder.selectFrom('meta').select('value').where('name', '=', name))
  const insert = prepare((slot: { value: string }) =>
    builder
      .insertInto('meta')
      .values({ name, value: slot.value })
      .onConflict((conflict) => conflict.column('name').doNothing()),
  )
  const existing = await database.all(find({}))
  if (existing.length === 0) {
    await database.write(insert({ value: box.seal('mintage', place) }), 'durable')
  }
  const [row] = existing.length === 0 ? await database.all(find({})) : existing
  if (isSealedUnder(box, row?.value ?? '')) return
  throw masterKeyWrong(database.description)
}

export function masterKeyWrong(description: string): ConfigError {
  return new ConfigError(
    'master_key_wrong',
    `The master key is not the one that the database was encrypted under (${description}).`,
    {
      hint: 'Start with the key that was given, or made, when this database was new. If mintage secrets rotate was interrupted, run it again.',
    },
  )
}
