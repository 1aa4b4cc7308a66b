// Deployments in SQL. Their content is megabytes, so only who asks for it reads that column.
import { sql } from 'kysely'
import type { DeploymentChange, DeploymentFields } from '../change.ts'
import {
  activationKinds,
  deploymentOrigins,
  deploymentStates,
  type ActivationRecord,
  type Beyond,
  type DeploymentPage,
  type DeploymentRecord,
  type DeploymentStore,
  type StoredDeployment,
} from '../deployment-store.ts'
import type { WritesOf } from './writes-of.ts'
import type { Database } from './database.ts'
import { parseJsonObject } from './json-column.ts'
import { narrowUpdate } from './narrow-update.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'
import { columnNames, flag, insert } from './upsert.ts'

const shownColumns = {
  id: 'key',
  created_at_ms: 'replace',
  checked_at_ms: 'replace',
  author: 'replace',
  origin: 'replace',
  is_draft: 'replace',
  state: 'replace',
  summary: 'replace',
  build_log: 'replace',
} as const
const columns = { ...shownColumns, content: 'replace' } as const satisfies Record<
  keyof Tables['deployments'],
  string
>
const activationColumns = {
  id: 'key',
  at_ms: 'replace',
  deployment_id: 'replace',
  previous_id: 'replace',
  author: 'replace',
  how: 'replace',
} as const satisfies Record<keyof Tables['deployment_activations'], string>

/** Looked at once: a database from before deployments were deleted may hold many. */
const mostBeyond = 1_000

export class SqlDeploymentStore implements DeploymentStore {
  readonly #database: Database
  readonly #statements: ReturnType<typeof deploymentStatements>

  constructor(database: Database) {
    this.#database = database
    this.#statements = deploymentStatements(database)
  }

  async find(id: string): Promise<StoredDeployment | undefined> {
    const [row] = await this.#database.all(this.#statements.find({ id }))
    return row && storedDeployment(row)
  }

  async content(id: string): Promise<string | undefined> {
    const [row] = await this.#database.all(this.#statements.content({ id }))
    return row?.content
  }

  async list({ limit, before }: DeploymentPage): Promise<readonly StoredDeployment[]> {
    const slots = {
      limit,
      before_id: before?.id ?? '',
      before_ms: before?.createdAtMs ?? Number.MAX_SAFE_INTEGER,
    }
    return (await this.#database.all(this.#statements.list(slots))).map(storedDeployment)
  }

  async beyond({ state, keep, createdBeforeMs }: Beyond): Promise<readonly string[]> {
    const slots = { state, created_before_ms: createdBeforeMs, keep, limit: mostBeyond }
    return (await this.#database.all(this.#statements.beyond(slots))).map(({ id }) => id)
  }

  async activation(id: string): Promise<ActivationRecord | undefined> {
    const [row] = await this.#database.all(this.#statements.activation({ id }))
    return row && activationRecord(row)
  }

  async activations(page: { readonly limit: number }): Promise<readonly ActivationRecord[]> {
    return (await this.#database.all(this.#statements.activations(page))).map(activationRecord)
  }
}

type ShownRow = Omit<Tables['deployments'], 'content'> & { readonly was_live: number }

function storedDeployment(row: ShownRow): StoredDeployment {
  return {
    id: row.id,
    createdAtMs: row.created_at_ms,
    checkedAtMs: row.checked_at_ms,
    author: row.author,
    // A newer version may know more of both; one that is not known to be ready is not activated.
    origin: deploymentOrigins.find((one) => one === row.origin) ?? 'deploy',
    isDraft: row.is_draft === 1,
    state: deploymentStates.find((one) => one === row.state) ?? 'failed',
    summary: parseJsonObject(row.summary, { table: 'deployments', row: row.id, column: 'summary' }),
    buildLog: row.build_log,
    wasLive: row.was_live === 1,
  }
}

function activationRecord(row: Tables['deployment_activations']): ActivationRecord {
  return {
    id: row.id,
    atMs: row.at_ms,
    deploymentId: row.deployment_id,
    previousId: row.previous_id,
    author: row.author,
    how: activationKinds.find((one) => one === row.how) ?? 'activate',
  }
}

export function deploymentWrites(database: Database): WritesOf<DeploymentChange['kind']> {
  const add = insert<Tables['deployments']>(database, 'deployments', columns)
  const update = narrowUpdate(database, 'deployments')
  const remove = prepare((slot: { id: string }) =>
    database.builder.deleteFrom('deployments').where('id', '=', slot.id),
  )
  const activate = insert<Tables['deployment_activations']>(
    database,
    'deployment_activations',
    activationColumns,
  )
  return {
    'add-deployment': ({ deployment, content }) => [add({ ...deploymentRow(deployment), content })],
    'update-deployment': ({ deploymentId, set, expected = {} }) => [
      update({ key: { id: deploymentId }, set: fieldsRow(set), expected }),
    ],
    'delete-deployment': ({ deploymentId }) => [
      { statement: remove({ id: deploymentId }), mustChange: true },
    ],
    'add-activation': ({ activation }) => [
      activate({
        id: activation.id,
        at_ms: activation.atMs,
        deployment_id: activation.deploymentId,
        previous_id: activation.previousId,
        author: activation.author,
        how: activation.how,
      }),
    ],
  }
}

function deploymentRow(deployment: DeploymentRecord): Omit<Tables['deployments'], 'content'> {
  return {
    id: deployment.id,
    created_at_ms: deployment.createdAtMs,
    checked_at_ms: deployment.checkedAtMs,
    author: deployment.author,
    origin: deployment.origin,
    is_draft: flag(deployment.isDraft),
    state: deployment.state,
    summary: JSON.stringify(deployment.summary),
    build_log: deployment.buildLog,
  }
}

function fieldsRow({ state, checkedAtMs, isDraft, summary, buildLog }: DeploymentFields) {
  return {
    ...(state !== undefined && { state }),
    ...(checkedAtMs !== undefined && { checked_at_ms: checkedAtMs }),
    ...(isDraft !== undefined && { is_draft: flag(isDraft) }),
    ...(summary !== undefined && { summary: JSON.stringify(summary) }),
    ...(buildLog !== undefined && { build_log: buildLog }),
  }
}

export function deploymentStatements({ builder }: Database) {
  const wasLive = sql<number>`case when exists (
    select 1 from deployment_activations where deployment_activations.deployment_id = deployments.id
  ) then 1 else 0 end`.as('was_live')
  const shown = builder.selectFrom('deployments').select([...columnNames(shownColumns), wasLive])
  /** An invocation of the deployment that is not older than the oldest recording: ids of invocations are in the order of their time. */
  const recorded = () =>
    builder
      .selectFrom('invocations as used')
      .select('used.sequence')
      .where('used.deployment_id', '=', sql.ref<string>('found.id'))
      .where('used.sequence', '>=', (eb) =>
        eb
          .selectFrom('invocations as oldest')
          .select('oldest.sequence')
          .where('oldest.id', '>=', (of) =>
            of
              .selectFrom('recordings')
              .select(({ fn }) => fn.min<string>('invocation_id').as('invocation_id')),
          )
          .orderBy('oldest.id')
          .limit(1),
      )
  const activations = builder.selectFrom('deployment_activations').select(columnNames(activationColumns))
  return {
    find: prepare((slot: { id: string }) => shown.where('id', '=', slot.id)),
    content: prepare((slot: { id: string }) =>
      builder.selectFrom('deployments').select('content').where('id', '=', slot.id),
    ),
    list: prepare((slot: { limit: number; before_id: string; before_ms: number }) =>
      shown
        .where((eb) =>
          eb.or([
            eb('created_at_ms', '<', slot.before_ms),
            eb.and([eb('created_at_ms', '=', slot.before_ms), eb('id', '<', slot.before_id)]),
          ]),
        )
        .orderBy('created_at_ms', 'desc')
        .orderBy('id', 'desc')
        .limit(slot.limit),
    ),
    beyond: prepare((slot: { state: string; created_before_ms: number; keep: number; limit: number }) =>
      builder
        .selectFrom(
          builder
            .selectFrom('deployments')
            .select(['id', 'created_at_ms'])
            .where('state', '=', slot.state)
            .where('created_at_ms', '<', slot.created_before_ms)
            .orderBy('created_at_ms', 'desc')
            .orderBy('id', 'desc')
            .limit(slot.limit)
            .offset(slot.keep)
            .as('found'),
        )
        .select('found.id')
        .where((eb) => eb.not(eb.exists(recorded())))
        .orderBy('found.created_at_ms', 'desc')
        .orderBy('found.id', 'desc'),
    ),
    activation: prepare((slot: { id: string }) => activations.where('id', '=', slot.id)),
    activations: prepare((slot: { limit: number }) => activations.orderBy('id', 'desc').limit(slot.limit)),
  }
}
