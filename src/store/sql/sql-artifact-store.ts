// Reads artifacts. What makes codes and refresh tokens single-use is in artifact-statements.ts: `consume-artifact` is an UPDATE of a row
// that is not consumed yet, and when it changes none the whole commit is undone.
import type { ArtifactModel, ArtifactStore, StoredArtifact } from '../artifact-store.ts'
import { artifactQueries, artifactsTable } from './artifact-statements.ts'
import type { Database, Statement } from './database.ts'
import { parseJsonObject } from './json-column.ts'
import { pruneInBatches } from './prune.ts'
import type { Tables } from './tables.ts'

type Row = Tables['artifacts']

export class SqlArtifactStore implements ArtifactStore {
  readonly #database: Database
  readonly #queries: ReturnType<typeof artifactQueries>

  constructor(database: Database) {
    this.#database = database
    this.#queries = artifactQueries(database)
  }

  find(model: ArtifactModel, idHash: string): Promise<StoredArtifact | undefined> {
    return this.#one(this.#queries.byId({ model, id_hash: idHash }))
  }

  findByUid(model: ArtifactModel, uid: string): Promise<StoredArtifact | undefined> {
    return this.#one(this.#queries.byUid({ model, uid }))
  }

  findByUserCode(model: ArtifactModel, userCode: string): Promise<StoredArtifact | undefined> {
    return this.#one(this.#queries.byUserCode({ model, user_code: userCode }))
  }

  async ofAccount(
    model: ArtifactModel,
    accountId: string,
    nowMs: number,
    most: number,
  ): Promise<readonly StoredArtifact[]> {
    const slots = { model, account_id: accountId, now_ms: nowMs, limit: most }
    const rows = await this.#database.all(this.#queries.ofAccount(slots))
    return rows.flatMap((row) => {
      try {
        return [this.#artifact(row)]
      } catch {
        // It is removed when it is used the next time (#one).
        return []
      }
    })
  }

  prune(nowMs: number, signal?: AbortSignal): Promise<number> {
    const deletion = (limit: number) => this.#queries.prune({ now_ms: nowMs, limit })
    return pruneInBatches(this.#database, deletion, signal)
  }

  async #one(statement: Statement<Row>): Promise<StoredArtifact | undefined> {
    const [row] = await this.#database.all(statement)
    if (row === undefined) return undefined
    // The caller hands the successor out, so the commit that made it must be durable first.
    if (row.successor_id_hash !== null) await this.#database.settled()
    try {
      return this.#artifact(row)
    } catch (error) {
      // A corrupt row would fail every request that presents it. Without it the user can sign in again (FI-17).
      await this.#database.write(this.#queries.remove({ model: row.model, id_hash: row.id_hash }), 'durable')
      throw error
    }
  }

  #artifact(row: Row): StoredArtifact {
    const json = (text: string, column: string) =>
      parseJsonObject(text, { table: artifactsTable, row: row.id_hash, column })
    return {
      model: row.model,
      idHash: row.id_hash,
      payload: json(row.payload, 'payload'),
      facts: row.facts === null ? null : json(row.facts, 'facts'),
      grantId: row.grant_id,
      uid: row.uid,
      userCode: row.user_code,
      accountId: row.account_id,
      expiresAtMs: row.expires_at_ms,
      consumedAtMs: row.consumed_at_ms,
      successorIdHash: row.successor_id_hash,
    }
  }
}
