// The SQL of invocations. Sequence numbers come from a counter that the same transaction raises, not from the database's own
// numbering: its row is locked until the commit, so numbers become visible in their order, and a reader that follows the log by
// `afterSequence` misses none of another process.
import { sql } from 'kysely'
import type { InvocationFilter, InvocationRecord, StoredInvocation } from '../invocation-store.ts'
import type { Database, Statement } from './database.ts'
import { compactDocument, readCompactDocument } from './compact-document.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'

type Row = Tables['invocations']
const columns = [
  'sequence',
  'id',
  'started_at_ms',
  'trigger',
  'origin',
  'workflow_id',
  'deployment_id',
  'client_id',
  'user_id',
  'organization_code',
  'outcome',
  'decision',
  'duration_ms',
  'access_token_jti',
  'id_token_jti',
  'document',
] as const satisfies (keyof Row)[]
const shownColumns = columns
  .filter((column) => column !== 'sequence')
  .map((column) => `invocations.${column}` as const)

type NewRow = Omit<Row, 'sequence'>

export function invocationStatements({ builder }: Database) {
  const invocations = builder.selectFrom('invocations').select(columns)
  return {
    raiseCounter: prepare((slot: { by: number }) =>
      builder
        .updateTable('counters')
        .set(({ eb }) => ({ value: eb('value', '+', slot.by) }))
        .where('name', '=', 'invocations'),
    ),
    insert: prepare((slot: NewRow & { offset: number }) =>
      builder
        .insertInto('invocations')
        .values((eb) => ({
          sequence: eb(
            eb.selectFrom('counters').select('value').where('name', '=', 'invocations'),
            '-',
            slot.offset,
          ).$castTo<number>(),
          id: slot.id,
          started_at_ms: slot.started_at_ms,
          trigger: slot.trigger,
          origin: slot.origin,
          workflow_id: slot.workflow_id,
          deployment_id: slot.deployment_id,
          client_id: slot.client_id,
          user_id: slot.user_id,
          organization_code: slot.organization_code,
          outcome: slot.outcome,
          decision: slot.decision,
          duration_ms: slot.duration_ms,
          access_token_jti: slot.access_token_jti,
          id_token_jti: slot.id_token_jti,
          document: slot.document,
        }))
        // A batch that is written again because its commit is unknown.
        .onConflict((conflict) => conflict.column('id').doNothing()),
    ),
    insertOtherWorkflow: prepare((slot: { workflow_id: string; id: string }) =>
      builder
        .insertInto('invocation_workflows')
        .columns(['workflow_id', 'sequence'])
        .expression((eb) =>
          eb
            .selectFrom('invocations')
            .select([sql<string>`cast(${slot.workflow_id} as text)`.as('workflow_id'), 'sequence'])
            .where('id', '=', slot.id),
        )
        .onConflict((conflict) => conflict.doNothing()),
    ),
    oldest: prepare(() =>
      builder.selectFrom('invocations').select(({ fn }) => fn.min<number | null>('sequence').as('sequence')),
    ),
    pruneOtherWorkflows: prepare((slot: { before_sequence: number; limit: number }) =>
      builder
        .deleteFrom('invocation_workflows')
        .where('sequence', 'in', (eb) =>
          eb
            .selectFrom('invocation_workflows')
            .select('sequence')
            .where('sequence', '<', slot.before_sequence)
            .orderBy('sequence')
            .limit(slot.limit),
        ),
    ),
    find: prepare((slot: { id: string }) => invocations.where('id', '=', slot.id)),
    decisions: prepare((slot: { deployment_id: string; since_ms: number; limit: number }) =>
      builder
        .selectFrom('invocations')
        .select('decision')
        .where('deployment_id', '=', slot.deployment_id)
        .where('started_at_ms', '>=', slot.since_ms)
        .orderBy('sequence', 'desc')
        .limit(slot.limit),
    ),
    pruneByAge: prepare((slot: { older_than_ms: number; limit: number }) =>
      builder
        .deleteFrom('invocations')
        .where('sequence', 'in', (eb) =>
          eb
            .selectFrom('invocations')
            .select('sequence')
            .where('started_at_ms', '<', slot.older_than_ms)
            .orderBy('started_at_ms')
            .limit(slot.limit),
        ),
    ),
    newest: prepare(() =>
      builder.selectFrom('invocations').select(({ fn }) => fn.max<number | null>('sequence').as('sequence')),
    ),
    pruneUpTo: prepare((slot: { sequence: number; limit: number }) =>
      builder
        .deleteFrom('invocations')
        .where('sequence', 'in', (eb) =>
          eb
            .selectFrom('invocations')
            .select('sequence')
            .where('sequence', '<=', slot.sequence)
            .orderBy('sequence')
            .limit(slot.limit),
        ),
    ),
  }
}

/** Built anew for each call, because no request waits for it. */
export function invocationList({ builder }: Database, filter: InvocationFilter): Statement<Row> {
  const {
    userId,
    outcomes,
    clientId,
    workflowId,
    deploymentId,
    organizationCode,
    sinceMs,
    untilMs,
    accessTokenJti,
    afterSequence,
    beforeSequence,
    order,
    limit,
  } = filter
  const filtered = builder
    .selectFrom('invocations')
    .$if(userId !== undefined, (rows) => rows.where('user_id', '=', userId ?? ''))
    .$if(clientId !== undefined, (rows) => rows.where('client_id', '=', clientId ?? ''))
    .$if(deploymentId !== undefined, (rows) => rows.where('deployment_id', '=', deploymentId ?? ''))
    .$if(organizationCode !== undefined, (rows) =>
      rows.where('organization_code', '=', organizationCode ?? ''),
    )
    .$if(untilMs !== undefined, (rows) =>
      rows
        .where('started_at_ms', '<', untilMs ?? 0)
        // As with `since`: the walk begins where the index by time says.
        .where('invocations.sequence', '<=', (eb) =>
          eb
            .selectFrom('invocations as until')
            .select(({ fn }) => fn.max('until.sequence').as('last'))
            .where('until.started_at_ms', '<', untilMs ?? 0),
        ),
    )
    .$if(sinceMs !== undefined, (rows) =>
      rows
        .where('started_at_ms', '>=', sinceMs ?? 0)
        // Records are in the order of their time, nearly: so the walk by sequence ends where the index by time says.
        .where('invocations.sequence', '>=', (eb) =>
          eb
            .selectFrom('invocations as since')
            .select(({ fn }) => fn.min('since.sequence').as('first'))
            .where('since.started_at_ms', '>=', sinceMs ?? 0),
        ),
    )
    .$if(accessTokenJti !== undefined, (rows) => rows.where('access_token_jti', '=', accessTokenJti ?? ''))
    .$if(afterSequence !== undefined, (rows) => rows.where('invocations.sequence', '>', afterSequence ?? 0))
    .$if(beforeSequence !== undefined, (rows) => rows.where('invocations.sequence', '<', beforeSequence ?? 0))
  // With a union each outcome is a walk along the index by outcome and sequence, and the walks are merged; `in` is a walk over all rows.
  // The same holds for the workflow that decided and the others.
  const ofOutcomes = outcomes?.map((outcome) => filtered.where('outcome', '=', outcome)) ?? [filtered]
  const [first, ...others] = ofOutcomes.flatMap((rows) =>
    workflowId === undefined
      ? [rows.select(columns)]
      : [
          rows.select(columns).where('workflow_id', '=', workflowId),
          rows
            .innerJoin('invocation_workflows as ran', 'ran.sequence', 'invocations.sequence')
            // By the sequence of the index that is walked.
            .select(['ran.sequence', ...shownColumns])
            .where('ran.workflow_id', '=', workflowId),
        ],
  )
  const query = others
    .reduce((all, one) => all.unionAll(one), first ?? filtered.select(columns))
    .orderBy('sequence', order === 'oldest-first' ? 'asc' : 'desc')
    .limit(limit)
  return prepare(() => query)({})
}

export function invocationRow(record: InvocationRecord): NewRow {
  return {
    id: record.id,
    started_at_ms: record.startedAtMs,
    trigger: record.trigger,
    origin: record.origin,
    workflow_id: record.workflowId,
    deployment_id: record.deploymentId,
    client_id: record.clientId,
    user_id: record.userId,
    organization_code: record.organizationCode,
    outcome: record.outcome,
    decision: record.decision,
    duration_ms: record.durationMs,
    access_token_jti: record.accessTokenJti,
    id_token_jti: record.idTokenJti,
    document: compactDocument(record.document),
  }
}

export function storedInvocation(row: Row): StoredInvocation {
  return {
    sequence: row.sequence,
    id: row.id,
    startedAtMs: row.started_at_ms,
    trigger: row.trigger,
    origin: row.origin,
    workflowId: row.workflow_id,
    deploymentId: row.deployment_id,
    clientId: row.client_id,
    userId: row.user_id,
    organizationCode: row.organization_code,
    outcome: row.outcome,
    decision: row.decision,
    durationMs: row.duration_ms,
    accessTokenJti: row.access_token_jti,
    idTokenJti: row.id_token_jti,
    document: readCompactDocument(row.document, { table: 'invocations', row: row.id, column: 'document' }),
  }
}
