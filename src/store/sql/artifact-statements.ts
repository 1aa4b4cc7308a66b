// The SQL of artifacts. `put-artifact` never touches whether and by what an artifact was consumed: the engine writes records back that it
// read before another request consumed them.
import { createHash } from 'node:crypto'
import type { Artifact } from '../artifact-store.ts'
import type { ArtifactChange } from '../change.ts'
import type { WritesOf } from './writes-of.ts'
import type { Database } from './database.ts'
import { prepare } from './statement.ts'
import type { ArtifactRow, Tables } from './tables.ts'
import { columnNames, upsert, type ColumnRole } from './upsert.ts'

interface Key {
  readonly model: string
  readonly id_hash: string
}

export const artifactsTable = 'artifacts'

export function artifactQueries({ builder }: Database) {
  const artifacts = builder.selectFrom('artifacts').select(artifactColumns)
  return {
    byId: prepare((slot: Key) =>
      artifacts.where('id_hash', '=', slot.id_hash).where('model', '=', slot.model),
    ),
    byUid: prepare((slot: { model: string; uid: string }) =>
      artifacts.where('uid', '=', slot.uid).where('model', '=', slot.model),
    ),
    byUserCode: prepare((slot: { model: string; user_code: string }) =>
      artifacts.where('user_code', '=', slot.user_code).where('model', '=', slot.model),
    ),
    ofAccount: prepare((slot: { model: string; account_id: string; now_ms: number; limit: number }) =>
      artifacts
        .where('account_id', '=', slot.account_id)
        .where('model', '=', slot.model)
        .where('expires_at_ms', '>', slot.now_ms)
        .orderBy('expires_at_ms', 'desc')
        .orderBy('id_hash')
        .limit(slot.limit),
    ),
    remove: prepare((slot: Key) => deletion(builder, slot)),
    prune: prepare((slot: { now_ms: number; limit: number }) =>
      builder
        .deleteFrom('artifacts')
        .where((eb) =>
          eb(
            eb.refTuple('id_hash', 'model'),
            'in',
            eb
              .selectFrom('artifacts')
              .select(['id_hash', 'model'])
              .where('expires_at_ms', '<', slot.now_ms)
              .orderBy('expires_at_ms')
              .limit(slot.limit)
              .$asTuple('id_hash', 'model'),
          ),
        ),
    ),
  }
}

export const artifactColumns = [
  ...columnNames(columns('keep')),
  'consumed_at_ms',
  'successor_id_hash',
] as const satisfies (keyof Tables['artifacts'])[]
function deletion(builder: Database['builder'], { id_hash, model }: Key) {
  return builder.deleteFrom('artifacts').where('id_hash', '=', id_hash).where('model', '=', model)
}

/** `ofExisting`: what becomes of a row that is there. */
function columns(ofExisting: Exclude<ColumnRole, 'key'>): Readonly<Record<keyof ArtifactRow, ColumnRole>> {
  return {
    id_hash: 'key',
    model: 'key',
    payload: ofExisting,
    facts: ofExisting,
    grant_id: ofExisting,
    uid: ofExisting,
    user_code: ofExisting,
    account_id: ofExisting,
    expires_at_ms: ofExisting,
  }
}

export function artifactWrites(database: Database): WritesOf<ArtifactChange['kind']> {
  const { builder } = database
  const put = upsert<ArtifactRow>(database, 'artifacts', columns('replace'))
  const putNew = upsert<ArtifactRow>(database, 'artifacts', columns('keep'))
  const consume = prepare((slot: Key & { at_ms: number; successor_id_hash: string | null }) =>
    builder
      .updateTable('artifacts')
      .set({
        consumed_at_ms: slot.at_ms,
        successor_id_hash: slot.successor_id_hash,
      })
      .where('id_hash', '=', slot.id_hash)
      .where('model', '=', slot.model)
      .where('consumed_at_ms', 'is', null),
  )
  const deleteOne = prepare((slot: Key) => deletion(builder, slot))
  const deleteGrant = prepare((slot: { grant_id: string }) =>
    builder.deleteFrom('artifacts').where('grant_id', '=', slot.grant_id),
  )
  const deleteOfGrant = prepare((slot: { grant_id: string; model: string }) =>
    builder.deleteFrom('artifacts').where('grant_id', '=', slot.grant_id).where('model', '=', slot.model),
  )
  return {
    'put-artifact': ({ artifact }) => [put(artifactRow(artifact))],
    'add-artifact': ({ artifact }) => [{ statement: putNew(artifactRow(artifact)), mustChange: true }],
    'consume-artifact': ({ model, idHash, atMs, successorIdHash = null }) => {
      const slots = { model, id_hash: idHash, at_ms: atMs, successor_id_hash: successorIdHash }
      return [{ statement: consume(slots), mustChange: true }]
    },
    'delete-artifact': ({ model, idHash }) => [deleteOne({ model, id_hash: idHash })],
    'delete-grant': ({ grantId, models }) => {
      const grant = { model: grantModel, id_hash: hashOfId(grantId) }
      if (models === undefined) return [deleteGrant({ grant_id: grantId }), deleteOne(grant)]
      return models.map((model) =>
        model === grantModel ? deleteOne(grant) : deleteOfGrant({ grant_id: grantId, model }),
      )
    },
  }
}

/** The engine's name for the model of a grant itself, whose id is the grant id of all that belongs to it. */
const grantModel = 'Grant'

function hashOfId(id: string): string {
  return createHash('sha256').update(id).digest('hex')
}

function artifactRow(artifact: Artifact): ArtifactRow {
  return {
    model: artifact.model,
    id_hash: artifact.idHash,
    payload: JSON.stringify(artifact.payload),
    facts: artifact.facts === null ? null : JSON.stringify(artifact.facts),
    grant_id: artifact.grantId,
    uid: artifact.uid,
    user_code: artifact.userCode,
    account_id: artifact.accountId,
    expires_at_ms: artifact.expiresAtMs,
  }
}
