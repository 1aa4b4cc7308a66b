// Branding in SQL: what is asked for of one page, and the changes.
import {
  brandingFileKinds,
  isImageType,
  parseBranding,
  type BrandingFileKind,
  type BrandingOwner,
} from '../../branding/index.ts'
import type {
  BrandingFileRecord,
  BrandingRecord,
  BrandingStore,
  StoredBrandingFile,
} from '../branding-store.ts'
import type { WritesOf } from './writes-of.ts'
import type { Database } from './database.ts'
import { parseJsonObject } from './json-column.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'
import { upsert } from './upsert.ts'

const mostOwners = 3

export class SqlBrandingStore implements BrandingStore {
  readonly #database: Database
  readonly #statements: ReturnType<typeof brandingStatements>

  constructor(database: Database) {
    this.#database = database
    this.#statements = brandingStatements(database)
  }

  async brandings(owners: readonly BrandingOwner[]): Promise<readonly BrandingRecord[]> {
    const [first = '', second = '', third = '', ...others] = owners.map(ownerKey)
    if (others.length > 0) throw new Error(`brandings() takes ${String(mostOwners)} owners at most`)
    const rows = await this.#database.all(this.#statements.find({ first, second, third }))
    return owners.map((owner) => {
      const ofOwner = rows.filter((row) => row.owner === ownerKey(owner))
      const [row] = ofOwner
      if (row === undefined) return { owner, version: 0, branding: {}, files: [] }
      return {
        owner,
        version: row.version,
        branding: parseBranding(parseJsonObject(row.document, placeOf(row.owner))),
        files: ofOwner.flatMap(fileRecords),
      }
    })
  }

  async file(owner: BrandingOwner, kind: BrandingFileKind): Promise<StoredBrandingFile | undefined> {
    const [row] = await this.#database.all(this.#statements.file({ owner: ownerKey(owner), kind }))
    const [record] = row === undefined ? [] : fileRecords(row)
    if (row === undefined || record === undefined) return undefined
    return { ...record, bytes: Buffer.from(row.content, 'base64') }
  }
}

/** An owner as its row is found by. */
function ownerKey(owner: BrandingOwner): string {
  if (owner.kind === 'environment') return owner.kind
  return `${owner.kind}:${owner.kind === 'application' ? owner.clientId : owner.code}`
}

function placeOf(owner: string) {
  return { table: 'brandings', row: owner, column: 'document' }
}

interface FileColumns {
  readonly owner: string
  readonly kind: string | null
  readonly content_type: string | null
  readonly hash: string | null
}

/** A kind or a type of image that only a newer version knows is left out. */
function fileRecords({ kind, content_type, hash }: FileColumns): BrandingFileRecord[] {
  const known = brandingFileKinds.find((one) => one === kind)
  if (known === undefined || hash === null || content_type === null || !isImageType(content_type)) return []
  return [{ kind: known, contentType: content_type, hash }]
}

function brandingStatements({ builder }: Database) {
  return {
    find: prepare((slot: { first: string; second: string; third: string }) =>
      builder
        .selectFrom('brandings')
        .leftJoin('branding_files', 'branding_files.owner', 'brandings.owner')
        .select([
          'brandings.owner',
          'brandings.version',
          'brandings.document',
          'branding_files.kind',
          'branding_files.content_type',
          'branding_files.hash',
        ])
        .where('brandings.owner', 'in', [slot.first, slot.second, slot.third])
        .orderBy('branding_files.kind'),
    ),
    file: prepare((slot: { owner: string; kind: string }) =>
      builder
        .selectFrom('branding_files')
        .select(['owner', 'kind', 'content_type', 'hash', 'content'])
        .where('owner', '=', slot.owner)
        .where('kind', '=', slot.kind),
    ),
  }
}

export function brandingWrites(
  database: Database,
): WritesOf<'put-branding' | 'put-branding-file' | 'delete-branding-file'> {
  const { builder } = database
  const put = prepare((slot: Tables['brandings']) =>
    builder
      .insertInto('brandings')
      .values({
        owner: slot.owner,
        organization_code: slot.organization_code,
        application_id: slot.application_id,
        version: slot.version,
        document: slot.document,
      })
      .onConflict((conflict) =>
        conflict
          .column('owner')
          .doUpdateSet((eb) => ({
            version: eb.ref('excluded.version'),
            document: eb.ref('excluded.document'),
          }))
          .whereRef('brandings.version', '=', (eb) => eb('excluded.version', '-', 1)),
      ),
  )
  const ensure = upsert<Tables['brandings']>(database, 'brandings', {
    owner: 'key',
    organization_code: 'keep',
    application_id: 'keep',
    version: 'keep',
    document: 'keep',
  })
  const putFile = upsert<Tables['branding_files']>(database, 'branding_files', {
    owner: 'key',
    kind: 'key',
    content_type: 'replace',
    hash: 'replace',
    content: 'replace',
  })
  const deleteFile = prepare((slot: { owner: string; kind: string }) =>
    builder.deleteFrom('branding_files').where('owner', '=', slot.owner).where('kind', '=', slot.kind),
  )
  return {
    'put-branding': ({ of: owner, branding, expectedVersion }) => [
      { statement: put(row(owner, branding, expectedVersion + 1)), mustChange: true },
    ],
    'put-branding-file': ({ of: owner, file: { kind, contentType, hash, bytes } }) => [
      ensure(row(owner, {}, 0)),
      putFile({
        owner: ownerKey(owner),
        kind,
        content_type: contentType,
        hash,
        content: Buffer.from(bytes).toString('base64'),
      }),
    ],
    'delete-branding-file': ({ of: owner, file }) => [deleteFile({ owner: ownerKey(owner), kind: file })],
  }
}

function row(owner: BrandingOwner, document: object, version: number): Tables['brandings'] {
  return {
    owner: ownerKey(owner),
    organization_code: owner.kind === 'organization' ? owner.code : null,
    application_id: owner.kind === 'application' ? owner.clientId : null,
    version,
    document: JSON.stringify(document),
  }
}
