// Postgres under the contract of all stores, on a real server.
import { after } from 'node:test'
import { Client } from 'pg'
import { startPostgres } from '../../test/harness/postgres.ts'
import { OpenStores, type NewDatabase } from './contract/contract-database.ts'
import { storeContract } from './contract/index.ts'

const server = await startPostgres({ after })

const newDatabase: NewDatabase = async (t) => {
  const url = await server.createDatabase()
  const location = { kind: 'postgres', url } as const
  const stores = new OpenStores(location)
  t.after(() => stores.closeAll())

  async function query(sql: string) {
    const client = new Client({ connectionString: url })
    await client.connect()
    try {
      return (await client.query<{ text: string }>(sql)).rows
    } finally {
      await client.end()
    }
  }

  return {
    location,
    open: (masterKey) => stores.open(masterKey),
    async execute(sql) {
      await query(sql)
    },
    async dump() {
      await stores.closeAll()
      const tables = await query(`select tablename as text from pg_tables where schemaname = 'public'`)
      const rows = await Promise.all(
        tables.map(({ text: table }) => query(`select row_to_json(one)::text as text from ${table} one`)),
      )
      return rows
        .flat()
        .map(({ text }) => text)
        .join('\n')
    },
  }
}

storeContract(newDatabase)
