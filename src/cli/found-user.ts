// The user whom a command names: by id, or by an address, a phone number or a username.
import { z } from 'zod'
import { ConfigError } from '../errors/index.ts'
import type { ManagementClient } from './management-client.ts'
import { viewed } from './viewed-operation.ts'

const text = z.string().nullable()

export const listedUser = z.object({
  id: z.string(),
  email: text,
  phone: text,
  username: text,
  first_name: text,
  last_name: text,
  is_suspended: z.boolean(),
  total_sign_ins: z.number(),
  last_signed_in: text,
  created_on: z.string(),
  organizations: z.array(z.string()).optional(),
})
export type ListedUser = z.output<typeof listedUser>

export const getUsers = viewed(
  'getUsers',
  z.object({ users: z.array(listedUser), next_token: z.string().nullable() }),
)

/** Throws ConfigError `usage`. */
export async function foundUser(given: string, client: ManagementClient): Promise<ListedUser> {
  const kind = given.includes('@') ? 'email' : given.startsWith('+') ? 'phone' : 'username'
  const by = given.startsWith('kp_') ? 'user_id' : kind
  // A comma would make two of one name.
  const query = { [by]: given.replaceAll(',', ' '), expand: 'organizations' }
  const { users } = await client.call(getUsers, { query })
  const [user] = users
  if (user !== undefined) return user
  throw new ConfigError('usage', `There is no user ${JSON.stringify(given)} in ${client.where}.`, {
    hint: 'Give an id (kp_…), an address, a phone number that begins with +, or a username; mintage users list --search TEXT finds users.',
  })
}

/** For sentences. */
export function userName({ email, username, phone, id }: ListedUser): string {
  const name = email ?? username ?? phone
  return name === null ? id : `${name} (${id})`
}

export function fullName({ first_name: first, last_name: last }: ListedUser): string {
  return [first, last].filter((part) => part).join(' ')
}
