// What goes with a user, a membership, an organization, an application or an API: sessions, grants, codes and tokens. As statements,
// so that they belong to the same commit as the removal itself: what comes back later under the same name finds nothing of them.
//
// Of a user everything is found by indexes. Applications and APIs are removed by an operator's hand, seldom enough to walk the table.
import { sql, type RawBuilder } from 'kysely'
import type { Database, Statement } from './database.ts'
import { prepare } from './statement.ts'

export interface ArtifactRemovals {
  ofAccount(accountId: string, exceptSessionUid?: string): readonly Statement[]
  ofMember(organizationCode: string, userId: string): readonly Statement[]
  /** Before its memberships are gone: by them its members are found. */
  ofOrganization(code: string): readonly Statement[]
  ofApplication(clientId: string): readonly Statement[]
  /** Before the API itself is gone: it knows its audience. */
  ofApi(apiId: string): readonly Statement[]
  ofApiAccess(apiId: string, clientId: string | undefined, isMachinesOnly: boolean): readonly Statement[]
}

export function artifactRemovals({ builder }: Database): ArtifactRemovals {
  const grantsOfAccount = prepare((slot: { account_id: string }) =>
    builder
      .deleteFrom('artifacts')
      .where('grant_id', 'in', (eb) =>
        eb
          .selectFrom('artifacts as grants')
          .select('grants.grant_id')
          .where('grants.account_id', '=', slot.account_id)
          .where('grants.grant_id', 'is not', null),
      ),
  )
  const account = prepare((slot: { account_id: string; except_uid: string }) =>
    builder
      .deleteFrom('artifacts')
      .where('account_id', '=', slot.account_id)
      .where((eb) => eb.or([eb('uid', 'is', null), eb('uid', '<>', slot.except_uid)])),
  )
  const member = prepare((slot: { account_id: string; quoted_code: string }) =>
    builder
      .deleteFrom('artifacts')
      .where('grant_id', 'in', (eb) =>
        eb
          .selectFrom('artifacts as grants')
          .select('grants.grant_id')
          .where('grants.account_id', '=', slot.account_id)
          .where('grants.grant_id', 'is not', null),
      )
      .where('model', '<>', 'Grant')
      .where(holds('facts', sql`${slot.quoted_code}`)),
  )
  const members = prepare((slot: { organization_code: string; quoted_code: string }) =>
    builder
      .deleteFrom('artifacts')
      .where('grant_id', 'in', (eb) =>
        eb
          .selectFrom('artifacts as grants')
          .innerJoin('memberships', 'memberships.user_id', 'grants.account_id')
          .select('grants.grant_id')
          .where('memberships.organization_code', '=', slot.organization_code)
          .where('grants.grant_id', 'is not', null),
      )
      .where('model', '<>', 'Grant')
      .where(holds('facts', sql`${slot.quoted_code}`)),
  )
  const application = prepare((slot: { client_id: string; parameter: string }) =>
    builder
      .deleteFrom('artifacts')
      .where((eb) =>
        eb.or([holds('payload', sql`${slot.client_id}`), holds('payload', sql`${slot.parameter}`)]),
      ),
  )
  const api = prepare((slot: { id: string }) =>
    builder
      .deleteFrom('artifacts')
      .where(holds('facts', sql`(select '"' || audience || '"' from apis where id = ${slot.id})`)),
  )

  const apiAccess = (slot: { id: string; client: string }) =>
    builder
      .deleteFrom('artifacts')
      .where(holds('facts', sql`(select '"' || audience || '"' from apis where id = ${slot.id})`))
      .where(holds('payload', sql`${slot.client}`))
  const everyAccess = prepare(apiAccess)
  const machineAccess = prepare((slot: { id: string; client: string }) =>
    apiAccess(slot).where('model', '=', 'ClientCredentials'),
  )

  return {
    // No session has the empty uid.
    ofAccount: (accountId, exceptSessionUid = '') => [
      grantsOfAccount({ account_id: accountId }),
      account({ account_id: accountId, except_uid: exceptSessionUid }),
    ],
    ofMember: (organizationCode, userId) => [
      member({ account_id: userId, quoted_code: JSON.stringify(organizationCode) }),
    ],
    ofOrganization: (code) => [members({ organization_code: code, quoted_code: JSON.stringify(code) })],
    ofApplication: (clientId) => [
      application({
        client_id: `"clientId":${JSON.stringify(clientId)}`,
        parameter: `"client_id":${JSON.stringify(clientId)}`,
      }),
    ],
    ofApi: (apiId) => [api({ id: apiId })],
    ofApiAccess(apiId, clientId, isMachinesOnly) {
      // Every token names its client.
      const client = `"clientId":${clientId === undefined ? '' : JSON.stringify(clientId)}`
      return [(isMachinesOnly ? machineAccess : everyAccess)({ id: apiId, client })]
    },
  }
}

/** Both databases have `replace`, and no wildcards in it; neither has the other's way into JSON. */
function holds(column: 'facts' | 'payload', text: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`replace(${sql.ref(column)}, ${text}, '') <> ${sql.ref(column)}`
}
