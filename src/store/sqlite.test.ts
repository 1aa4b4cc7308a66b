// SQLite under the contract of all stores, on real files.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { OpenStores, type NewDatabase } from './contract/contract-database.ts'
import { storeContract } from './contract/index.ts'

const newDatabase: NewDatabase = async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'mintage-store-'))
  const file = join(folder, 'mintage.db')
  const location = { kind: 'sqlite', file } as const
  const stores = new OpenStores(location)
  t.after(async () => {
    await stores.closeAll()
    await rm(folder, { recursive: true })
  })
  return {
    location,
    open: (masterKey) => stores.open(masterKey),
    async execute(sql) {
      const connection = new DatabaseSync(file)
      connection.exec(sql)
      connection.close()
    },
    async dump() {
      const wal = await readFile(`${file}-wal`, 'latin1')
      // The main file only when nobody has it open here: closing it would drop SQLite's locks.
      await stores.closeAll()
      return wal + (await readFile(file, 'latin1'))
    },
  }
}

storeContract(newDatabase)
