// Signing keys in SQL, the private part sealed (KY-04). It is opened only when it is needed: a key that does not open fails
// what needs it, and the other keys go on (FI-17).
import type { JsonObject } from '../../oauth/index.ts'
import { signingAlgorithms } from '../application.ts'
import type { AuditRecord } from '../audit-store.ts'
import type { Place, SealedBox } from '../sealed-box.ts'
import type { SigningKeyChange, SigningKeyRecord, SigningKeyStore } from '../signing-key-store.ts'
import type { Database, Write } from './database.ts'
import { parseJsonObject } from './json-column.ts'
import { auditStatement } from './sql-audit-store.ts'
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
  readonly #audit: (record: AuditRecord) => Write['statement']

  constructor(database: Database, box: SealedBox) {
    this.#database = database
    this.#box = box
    this.#statements = signingKeyStatements(database)
    this.#audit = auditStatement(database)
  }

  async all(): Promise<readonly SigningKeyRecord[]> {
    const rows = await this.#database.all(this.#statements.all({}))
    return rows.flatMap((row) => this.#record(row) ?? [])
  }

  async put(key: SigningKeyRecord): Promise<void> {
    await this.#database.write(this.#statements.put(this.#row(key)), 'durable')
  }

  async commit(changes: readonly SigningKeyChange[], audit?: AuditRecord): Promise<boolean> {
    const writes = changes.map((change) => this.#write(change))
    const outcome = await this.#database.commit(
      audit === undefined ? writes : [...writes, { statement: this.#audit(audit) }],
      'durable',
    )
    return outcome.kind === 'committed'
  }

  #write(change: SigningKeyChange): Write {
    if (change.kind === 'add-signing-key') return { statement: this.#statements.put(this.#row(change.key)) }
    const { kid } = change
    if (change.kind === 'delete-signing-key') return { statement: this.#statements.remove({ kid }) }
    const { times, expected } = change
    return {
      statement: this.#statements.setTimes({
        kid,
        active_from_ms: times.activeFromMs,
        retired_at_ms: times.retiredAtMs,
        removed_at_ms: times.removedAtMs,
        expected_active_from_ms: expected.activeFromMs,
        expected_retired_at_ms: expected.retiredAtMs,
        expected_removed_at_ms: expected.removedAtMs,
      }),
      mustChange: true,
    }
  }

  #row(key: SigningKeyRecord): Row {
    return {
      kid: key.kid,
      algorithm: key.algorithm,
      sealed_private_jwk: this.#box.seal(JSON.stringify(key.privateJwk), privateJwkPlace(key.kid)),
      created_at_ms: key.createdAtMs,
      active_from_ms: key.activeFromMs,
      retired_at_ms: key.retiredAtMs,
      removed_at_ms: key.removedAtMs,
    }
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
