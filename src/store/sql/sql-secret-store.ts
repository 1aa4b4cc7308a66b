// Named secrets in SQL. The first insert wins, and every process reads the stored value afterwards.
import type { SealedBox, SealedPlace } from '../sealed-box.ts'
import type { SecretStore } from '../secret-store.ts'
import { unavailable } from '../store-error.ts'
import type { Database } from './database.ts'
import { prepare } from './statement.ts'

export class SqlSecretStore implements SecretStore {
  readonly #database: Database
  readonly #box: SealedBox
  readonly #statements: ReturnType<typeof secretStatements>

  constructor(database: Database, box: SealedBox) {
    this.#database = database
    this.#box = box
    this.#statements = secretStatements(database)
  }

  async getOrCreate(name: string, create: () => string): Promise<string> {
    const place = secretPlace(name)
    const existing = await this.#sealed(name)
    if (existing !== undefined) return this.#box.open(existing, place)
    const own = this.#box.seal(create(), place)
    await this.#database.write(this.#statements.insert({ name, sealed_value: own }), 'durable')
    const winner = await this.#sealed(name)
    if (winner === undefined) throw unavailable('A secret was removed while Mintage started.')
    return this.#box.open(winner, place)
  }

  async #sealed(name: string): Promise<string | undefined> {
    const [row] = await this.#database.all(this.#statements.find({ name }))
    return row?.sealed_value
  }
}

export function secretPlace(name: string): SealedPlace {
  return { table: 'secrets', row: name, column: 'sealed_value' }
}

function secretStatements({ builder }: Database) {
  return {
    find: prepare((slot: { name: string }) =>
      builder.selectFrom('secrets').select('sealed_value').where('name', '=', slot.name),
    ),
    insert: prepare((slot: { name: string; sealed_value: string }) =>
      builder
        .insertInto('secrets')
        .values({ name: slot.name, sealed_value: slot.sealed_value })
        .onConflict((conflict) => conflict.column('name').doNothing()),
    ),
  }
}
