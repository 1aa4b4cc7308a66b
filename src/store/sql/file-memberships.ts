// Which memberships mintage.yaml made, as one document: it is read and written whole, once for each file that is applied.
import { z } from 'zod'
import type { MembershipKey } from '../organization.ts'
import { StoreError } from '../../errors/index.ts'
import type { WritesOf } from './writes-of.ts'
import type { Database, Statement } from './database.ts'
import { narrowUpdate } from './narrow-update.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'
import { upsert } from './upsert.ts'

const name = 'file-memberships'

/** By organization, the ids of users. */
const documentSchema = z.record(z.string(), z.array(z.string()))

export function fileMembershipsQuery({ builder }: Database): Statement<{ value: string }> {
  return prepare(() => builder.selectFrom('meta').select('value').where('name', '=', name))({})
}

export function fileMembershipsOf(rows: readonly { readonly value: string }[]): readonly MembershipKey[] {
  const [row] = rows
  if (row === undefined) return []
  const document = documentSchema.safeParse(parsed(row.value))
  if (!document.success)
    throw new StoreError('store_corrupt', `The row ${name} of the table meta cannot be read.`)
  return Object.entries(document.data).flatMap(([organizationCode, userIds]) =>
    userIds.map((userId) => ({ organizationCode, userId })),
  )
}

export function fileMembershipWrites(database: Database): WritesOf<'put-file-memberships'> {
  const put = upsert<Tables['meta']>(database, 'meta', { name: 'key', value: 'keep' })
  const update = narrowUpdate(database, 'meta')
  return {
    'put-file-memberships': ({ memberships, expected }) => {
      const empty = documentOf([])
      return [
        put({ name, value: empty }),
        update({
          key: { name },
          set: { value: documentOf(memberships) },
          expected: { value: documentOf(expected) },
        }),
      ]
    },
  }
}

/** The same text for the same memberships in the order in which they are read. */
function documentOf(memberships: readonly MembershipKey[]): string {
  const document: Record<string, string[]> = {}
  for (const { organizationCode, userId } of memberships) (document[organizationCode] ??= []).push(userId)
  return JSON.stringify(document)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
