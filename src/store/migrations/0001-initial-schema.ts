// Everything that the first release keeps. Every read that a token request makes is by primary key or by one of these indexes,
// so its cost does not grow with the number of users.
//
// Partial indexes (`where x is not null`) hold only the rows that have the value; both planners use them for `x = ?`, which
// implies it.
import type { ColumnTypes, Migration } from './migration.ts'

export const initialSchema: Migration = {
  id: 1,
  name: 'initial-schema',
  statements: (types) => [
    ...protocol(types),
    ...installation(types),
    ...records(types),
    ...directory(types),
    ...ownedValues(types),
    ...catalog(types),
  ],
}

function protocol({ text, integer, table, keyedTable }: ColumnTypes): string[] {
  return [
    `create table artifacts (
      id_hash ${text} not null,
      model ${text} not null,
      payload ${text} not null,
      facts ${text},
      grant_id ${text},
      uid ${text},
      user_code ${text},
      account_id ${text},
      expires_at_ms ${integer},
      consumed_at_ms ${integer},
      successor_id_hash ${text},
      primary key (id_hash, model)
    )${table}`,
    `create index artifacts_by_grant on artifacts (grant_id) where grant_id is not null`,
    `create index artifacts_by_uid on artifacts (uid) where uid is not null`,
    `create index artifacts_by_user_code on artifacts (user_code) where user_code is not null`,
    `create index artifacts_by_account on artifacts (account_id) where account_id is not null`,
    `create index artifacts_by_expiry on artifacts (expires_at_ms) where expires_at_ms is not null`,
    `create table one_time_tokens (
      id_hash ${text} not null primary key,
      kind ${text} not null,
      user_id ${text} not null,
      details ${text} not null,
      expires_at_ms ${integer} not null
    )${keyedTable}`,
    `create index one_time_tokens_by_user on one_time_tokens (user_id)`,
    `create index one_time_tokens_by_expiry on one_time_tokens (expires_at_ms)`,
    `create table throttles (
      throttle_key ${text} not null primary key,
      failures ${integer} not null,
      last_at_ms ${integer} not null
    )${keyedTable}`,
    `create index throttles_by_age on throttles (last_at_ms)`,
  ]
}

function installation({ text, integer, keyedTable }: ColumnTypes): string[] {
  return [
    `create table meta (name ${text} not null primary key, value ${text} not null)${keyedTable}`,
    `create table counters (name ${text} not null primary key, value ${integer} not null)${keyedTable}`,
    `insert into counters (name, value) values ('catalog', 0), ('invocations', 0)`,
    `create table secrets (name ${text} not null primary key, sealed_value ${text} not null)${keyedTable}`,
    `create table signing_keys (
      kid ${text} not null primary key,
      algorithm ${text} not null,
      sealed_private_jwk ${text} not null,
      created_at_ms ${integer} not null,
      active_from_ms ${integer} not null,
      retired_at_ms ${integer},
      removed_at_ms ${integer}
    )${keyedTable}`,
  ]
}

function records({ text, integer, real, sequence, table }: ColumnTypes): string[] {
  return [
    `create table audit (
      sequence ${sequence},
      at_ms ${integer} not null,
      event ${text} not null,
      user_id ${text},
      client_id ${text},
      ip ${text},
      details ${text} not null
    )${table}`,
    `create index audit_by_user on audit (user_id, sequence) where user_id is not null`,
    `create index audit_by_event on audit (event, sequence)`,
    `create table invocations (
      sequence ${integer} not null primary key,
      id ${text} not null unique,
      started_at_ms ${integer} not null,
      "trigger" ${text} not null,
      origin ${text} not null,
      workflow_id ${text} not null,
      deployment_id ${text} not null,
      client_id ${text} not null,
      user_id ${text},
      organization_code ${text},
      outcome ${text} not null,
      decision ${text} not null,
      duration_ms ${real} not null,
      access_token_jti ${text},
      id_token_jti ${text},
      document ${text} not null
    )${table}`,
    `create index invocations_by_user on invocations (user_id, sequence) where user_id is not null`,
    `create index invocations_by_outcome on invocations (outcome, sequence)`,
    `create index invocations_by_access_token on invocations (access_token_jti) where access_token_jti is not null`,
    `create index invocations_by_age on invocations (started_at_ms)`,
  ]
}

function directory({ text, integer, keyedTable }: ColumnTypes): string[] {
  return [
    `create table users (
      id ${text} not null primary key,
      first_name ${text},
      last_name ${text},
      picture ${text},
      provided_id ${text} unique,
      preferred_email ${text},
      is_suspended ${integer} not null,
      created_at_ms ${integer} not null,
      updated_at_ms ${integer} not null,
      total_sign_ins ${integer} not null,
      failed_sign_ins ${integer} not null,
      last_signed_in_at_ms ${integer}
    )${keyedTable}`,
    `create table identities (
      id ${text} not null primary key,
      user_id ${text} not null references users (id) on delete cascade,
      type ${text} not null,
      value ${text} not null,
      normalized ${text} not null,
      is_verified ${integer} not null,
      created_at_ms ${integer} not null,
      unique (type, normalized)
    )${keyedTable}`,
    `create index identities_by_user on identities (user_id)`,
    `create table passwords (
      user_id ${text} not null primary key references users (id) on delete cascade,
      hash ${text} not null,
      is_temporary ${integer} not null,
      updated_at_ms ${integer} not null
    )${keyedTable}`,
    `create table organizations (
      code ${text} not null primary key,
      name ${text} not null,
      handle ${text} unique,
      external_id ${text},
      is_default ${integer} not null,
      is_auto_membership_enabled ${integer} not null,
      created_at_ms ${integer} not null
    )${keyedTable}`,
    `create index organizations_default on organizations (code) where is_default = 1`,
    `create table memberships (
      organization_code ${text} not null references organizations (code) on delete cascade,
      user_id ${text} not null references users (id) on delete cascade,
      joined_at_ms ${integer} not null,
      primary key (organization_code, user_id)
    )${keyedTable}`,
    `create index memberships_by_user on memberships (user_id)`,
  ]
}

/** Properties and flags of users and of organizations: four tables of one shape. */
function ownedValues({ text, keyedTable }: ColumnTypes): string[] {
  const owners = [
    ['user', 'users (id)'],
    ['organization', 'organizations (code)'],
  ]
  return owners.flatMap(([owner, key]) =>
    ['properties', 'flags'].flatMap((values) => [
      `create table ${owner}_${values} (
        owner_id ${text} not null references ${key} on delete cascade,
        key ${text} not null,
        value ${text} not null,
        primary key (owner_id, key)
      )${keyedTable}`,
      `create index ${owner}_${values}_by_key on ${owner}_${values} (key)`,
    ]),
  )
}

function catalog({ text, keyedTable }: ColumnTypes): string[] {
  const table = (name: string, ...columns: string[]) =>
    `create table ${name} (
      id ${text} not null primary key,
      ${[...columns, `document ${text} not null`].join(',\n      ')}
    )${keyedTable}`
  const uniqueKey = `key ${text} not null unique`
  return [
    table('applications'),
    table('apis', `audience ${text} not null unique`),
    table('roles', uniqueKey),
    table('permissions', uniqueKey),
    table('feature_flags', uniqueKey),
    table('connections'),
    table('environment_variables', uniqueKey),
    `create table properties (
      id ${text} not null primary key,
      context ${text} not null,
      key ${text} not null,
      document ${text} not null,
      unique (context, key)
    )${keyedTable}`,
    ...['role', 'permission'].flatMap((held) => [
      `create table membership_${held}s (
        organization_code ${text} not null,
        user_id ${text} not null,
        ${held}_id ${text} not null references ${held}s (id) on delete cascade,
        primary key (organization_code, user_id, ${held}_id),
        foreign key (organization_code, user_id)
          references memberships (organization_code, user_id) on delete cascade
      )${keyedTable}`,
      `create index membership_${held}s_by_${held} on membership_${held}s (${held}_id)`,
    ]),
  ]
}
