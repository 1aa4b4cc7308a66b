// Signing keys in SQL, the private part sealed (KY-04). It is opened only when it is needed: a key that does not open fails
// what needs it, and the other keys go on (FI-17).
import type { JsonObject } from '../../oauth/index.ts'
import { signingAlgorithms } from '../application.ts'
import type { SealedBox, SealedPlace } from '../sealed-box.ts'
import type { SigningKeyChange, SigningKeyRecord, SigningKeyStore } from '../signing-key-store.ts'
import type { WritesOf } from './writes-of.ts'
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
    await this.#database.write(this.#statements.put(rowOf(key, this.#box)), 'durable')
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

export function signingKeyWrites(database: Database, box: SealedBox): WritesOf<SigningKeyChange['kind']> {
  const statements = signingKeyStatements(database)
  return {
    'add-signing-key': ({ key }) => [statements.put(rowOf(key, box))],
    'set-signing-key-times': ({ kid, times, expected }) => [
      {
        statement: statements.setTimes({
          kid,
          active_from_ms: times.activeFromMs,
          retired_at_ms: times.retiredAtMs,
          removed_at_ms: times.removedAtMs,
          expected_active_from_ms: expected.activeFromMs,
          expected_retired_at_ms: expected.retiredAtMs,
          expected_removed_at_ms: expected.removedAtMs,
        }),
        mustChange: true,
      },
    ],
    'delete-signing-key': ({ kid }) => [statements.remove({ kid })],
  }
}

function rowOf(key: SigningKeyRecord, box: SealedBox): Row {
  return {
    kid: key.kid,
    algorithm: key.algorithm,
    sealed_private_jwk: box.seal(JSON.stringify(key.privateJwk), privateJwkPlace(key.kid)),
    created_at_ms: key.createdAtMs,
    active_from_ms: key.activeFromMs,
    retired_at_ms: key.retiredAtMs,
    removed_at_ms: key.removedAtMs,
  }
}

export function privateJwkPlace(kid: string): SealedPlace {
  return { table: 'signing_keys', row: kid, column: 'private key' }
}

interface TimesSlots extends Pick<Row, 'kid' | 'active_from_ms' | 'retired_at_ms' | 'removed_at_ms'> {
  readonly expected_active_from_ms: number
  readonly expected_retired_at_ms: number | null
  readonly expected_removed_at_ms: number | null
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
    remove: prepare((slot: { kid: string }) =>
      database.builder.deleteFrom('signing_keys').where('kid', '=', slot.kid),
    ),
    setTimes: prepare((slot: TimesSlots) =>
      database.builder
        .updateTable('signing_keys')
        .set({
          active_from_ms: slot.active_from_ms,
          retired_at_ms: slot.retired_at_ms,
          removed_at_ms: slot.removed_at_ms,
        })
        .where('kid', '=', slot.kid)
        .where('active_from_ms', '=', slot.expected_active_from_ms)
        .where('retired_at_ms', 'is not distinct from', slot.expected_retired_at_ms)
        .where('removed_at_ms', 'is not distinct from', slot.expected_removed_at_ms),
    ),
  }
}
