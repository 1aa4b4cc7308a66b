// The list of sealed columns against a database that has a value in each place: a column that a rotation of the master key would forget is
// found by the form of its values.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { contractKey } from '../contract/contract-database.ts'
import { fill } from '../contract/re-sealing.ts'
import { openStore } from '../open-store.ts'
import { sealedColumns } from '../sql/sealed-columns.ts'

/** The version, and base64url of a salt, a nonce and a tag at least. */
const sealedValue = /v1\.[\w-]{58,}/

test('KY-04: lists every column that holds a sealed value', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'mintage-store-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'mintage.db')
  const store = await openStore({ location: { kind: 'sqlite', file }, masterKey: contractKey })
  await fill(store)
  await store.close()

  const database = new DatabaseSync(file)
  t.after(() => database.close())
  const tables = database.prepare(`select name from sqlite_schema where type = 'table'`).all()
  const found = tables.flatMap(({ name: table }) => {
    const rows = database.prepare(`select * from "${String(table)}"`).all()
    const sealed = rows.flatMap((row) =>
      Object.entries(row).filter(([, value]) => typeof value === 'string' && sealedValue.test(value)),
    )
    return sealed.map(([column]) => `${String(table)}.${column}`)
  })
  const listed = sealedColumns.map(({ table, column }) => `${table}.${column}`)
  // A document may hold several.
  assert.deepEqual([...new Set(found)].toSorted(), [...new Set(listed)].toSorted())
})
