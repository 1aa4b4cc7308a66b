// The catalog as one frozen snapshot. A change by this process drops it before apply() resolves, so this process never reads an older one
// afterwards. A change by another process is noticed by the version that every change raises, which is read again when another
// process may have written (mayHaveChangedElsewhere): on SQLite within 100 ms, on Postgres within half a second. Each read of a user for a
// mint brings the version along (expect), so that no mint uses a catalog that is older than its user.
import { sql, type SelectQueryBuilder } from 'kysely'
import type { JsonValue } from '../../oauth/index.ts'
import type { Catalog } from '../catalog.ts'
import type { FoldedLog } from '../folded-log.ts'
import type { SealedBox } from '../sealed-box.ts'
import { catalogDocuments } from './catalog-documents.ts'
import { catalogFromRows, documentKey, type CatalogRow, type UnreadableDocument } from './catalog-rows.ts'
import type { Database } from './database.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'

interface Snapshot {
  readonly catalog: Catalog
  readonly version: string
}

const versionSource = 'version'

export class CatalogCache {
  readonly #database: Database
  readonly #box: SealedBox
  readonly #log: Pick<FoldedLog, 'tell'>
  readonly #queries: ReturnType<typeof catalogQueries>
  #snapshot: Snapshot | undefined
  #isStale = false
  /** The newest version that this process has seen in the database. */
  #expected = 0
  /** The refresh that is running, shared by all who ask meanwhile. */
  #refresh: Promise<Snapshot> | undefined
  #unknown: ReadonlyMap<string, JsonValue> = new Map()
  /** Documents that are left out, as they were reported. */
  #unreadable: ReadonlySet<string> = new Set()

  constructor(database: Database, box: SealedBox, log: Pick<FoldedLog, 'tell'>) {
    this.#database = database
    this.#box = box
    this.#log = log
    this.#queries = catalogQueries(database)
  }

  async catalog(): Promise<Catalog> {
    if (this.#database.mayHaveChangedElsewhere()) this.#isStale = true
    if (this.#snapshot !== undefined && !this.#isStale) return this.#snapshot.catalog
    const { catalog } = await (this.#refresh ??= this.#startRefresh())
    if (catalog.version >= this.#expected) return catalog
    // That refresh had begun before the commit that was seen.
    return (await (this.#refresh ??= this.#startRefresh())).catalog
  }

  /** A reader has seen the database with this version: from now on no older snapshot is handed out. */
  expect(version: number): void {
    this.#expected = version
    if (this.#snapshot !== undefined && this.#snapshot.catalog.version < version) this.#isStale = true
  }

  /** What the document held, when it was read last, beyond what this version knows: to be kept when it is rewritten. */
  unknownMembers(table: string, id: string): JsonValue | undefined {
    return this.#unknown.get(documentKey(table, id))
  }

  /** To be called once a change of this process may have been committed. */
  drop(): void {
    this.#snapshot = undefined
    // One that is running may have read before the change: its result is for those who asked before.
    this.#refresh = undefined
  }

  #startRefresh(): Promise<Snapshot> {
    this.#isStale = false
    const isDropped = () => this.#refresh !== refresh
    const refresh = this.#read(this.#snapshot)
      .then((snapshot) => {
        if (!isDropped()) this.#snapshot = snapshot
        return snapshot
      })
      .catch((error: unknown) => {
        this.#isStale = true
        throw error
      })
      .finally(() => {
        if (!isDropped()) this.#refresh = undefined
      })
    return refresh
  }

  async #read(known: Snapshot | undefined): Promise<Snapshot> {
    if (known !== undefined) {
      const [row] = await this.#database.all(this.#queries.version({}))
      if (row?.version === known.version) return known
    }
    const rows = await this.#database.all(this.#queries.everything({}))
    const version = rows.find(({ source }) => source === versionSource)?.document ?? ''
    const { catalog, unknown, unreadable } = catalogFromRows(rows, this.#box, Number(version))
    this.#unknown = unknown
    this.#report(unreadable)
    return { catalog, version }
  }

  /** Once for each, until it can be read again. */
  #report(unreadable: readonly UnreadableDocument[]): void {
    const known = this.#unreadable
    this.#unreadable = new Set(unreadable.map(({ table, row }) => documentKey(table, row)))
    for (const document of unreadable) {
      if (!known.has(documentKey(document.table, document.row)))
        this.#log.tell('document_unreadable', { ...document })
    }
  }
}

/** `everything` is one statement, hence one moment: all documents, and the version that they are of. */
function catalogQueries({ builder }: Database) {
  const version = sql<string>`cast(value as text)`
  const counter = builder.selectFrom('counters').where('name', '=', 'catalog')
  const documents = Object.values(catalogDocuments).map(({ table }) =>
    builder.selectFrom(table).select([sql<string>`${sql.lit(table)}`.as('source'), 'id', 'document']),
  )
  const everything = documents.reduce<SelectQueryBuilder<Tables, never, CatalogRow>>(
    (all, one) => all.unionAll(one),
    counter.select([
      sql<string>`${sql.lit(versionSource)}`.as('source'),
      sql<string>`name`.as('id'),
      version.as('document'),
    ]),
  )
  return {
    version: prepare(() => counter.select(version.as('version'))),
    everything: prepare(() => everything.orderBy('source').orderBy('id')),
  }
}
