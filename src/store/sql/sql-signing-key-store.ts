// Signing keys in SQL, the private part sealed (assurance KY-04). It is opened when it is asked for: one that does not open fails
// what needs it, and not the other keys (assurance FI-17).
import type { JsonObject } from '../../oauth/index.ts'
import { signingAlgorithms } from '../application.ts'
import type { Place, SealedBox } from '../sealed-box.ts'
import type { SigningKeyRecord, SigningKeyStore } from '../signing-key-store.ts'
import type { Database } from './database.ts'
import { parseJsonObject } from './json-column.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'
import { columnNames, upsert } from './upsert.ts'

type Row = Tables['signing_keys']

const columns = {
  kid: 'key',
  algorithm: 'replace',
  sealed_private_jwk: 'replace',
  created_at_ms: 'replace',
  active_from_ms: 'replace',
  retired_at_ms: 'replace',
  removed_at_ms: 'replace',
} as const satisfies Record<keyof Row, string>

export class SqlSigningKeyStore implements SigningKeyStore {
  readonly #database: Database
  readonly #box: SealedBox
  readonly #statements: ReturnType<typeof signingKeyStatements>

  constructor(database: Database, box: SealedBox) {
    this.#database = database
    this.#box = box
    this.#statements = signingKeyStatements(database)
  }

  async all(): Promise<readonly SigningKeyRecord[]> {
    const rows = await this.#database.all(this.#statements.all({}))
    return rows.flatMap((row) => this.#record(row) ?? [])
  }

  async put(key: SigningKeyRecord): Promise<void> {
    const row: Row = {
      kid: key.kid,
      algorithm: key.algorithm,
      sealed_private_jwk: this.#box.seal(JSON.stringify(key.privateJwk), privateJwkPlace(key.kid)),
      created_at_ms: key.createdAtMs,
      active_from_ms: key.activeFromMs,
      retired_at_ms: key.retiredAtMs,
      removed_at_ms: key.removedAtMs,
    }
    await this.#database.write(this.#statements.put(row), 'durable')
  }

  /** Undefined for one of an algorithm that only a newer version knows. */
  #record(row: Row): SigningKeyRecord | undefined {
    const open = () => this.#privateJwk(row)
    const algorithm = signingAlgorithms.find((one) => one === row.algorithm)
    if (algorithm === undefined) return undefined
    return {
      kid: row.kid,
      algorithm,
      get privateJwk() {
        return open()
      },
      createdAtMs: row.created_at_ms,
      activeFromMs: row.active_from_ms,
      retiredAtMs: row.retired_at_ms,
      removedAtMs: row.removed_at_ms,
    }
  }

  #privateJwk({ kid, sealed_private_jwk }: Row): JsonObject {
    const place = privateJwkPlace(kid)
    return parseJsonObject(this.#box.open(sealed_private_jwk, place), place)
  }
}

function privateJwkPlace(kid: string): Place {
  return { table: 'signing_keys', row: kid, column: 'private key' }
}

function signingKeyStatements(database: Database) {
  return {
    all: prepare(() =>
      database.builder
        .selectFrom('signing_keys')
        .select(columnNames(columns))
        .orderBy('created_at_ms')
        .orderBy('kid'),
    ),
    put: upsert<Row>(database, 'signing_keys', columns),
  }
}
