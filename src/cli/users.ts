// `mintage users`: the users of a server or a database.
import { randomBytes, randomInt } from 'node:crypto'
import { z } from 'zod'
import { passwordHasher } from '../directory/index.ts'
import { printJson, runAction, type Action, type Asked } from './actions.ts'
import { usage, type CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { isConfirmed, yesOption } from './confirm.ts'
import type { ExitCode } from './exit-codes.ts'
import { foundUser, fullName, getUsers, listedUser, userName, type ListedUser } from './found-user.ts'
import { listedPages } from './listed-pages.ts'
import { managementOptions, type ManagementClient } from './management-client.ts'
import type { Output } from './output.ts'
import { detailsText, tableText, timeText } from './table.ts'
import { viewed } from './viewed-operation.ts'
import { wholeNumber } from './whole-number.ts'

const done = z.object({})
const searchUsers = viewed(
  'searchUsers',
  z.object({ results: z.array(listedUser.omit({ phone: true }).extend({ phone: z.null().default(null) })) }),
)
const identity = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  is_confirmed: z.boolean(),
  is_primary: z.boolean(),
  last_login_on: z.string().nullable(),
})
const getIdentities = viewed('GetUserIdentities', z.object({ identities: z.array(identity) }))
const createUser = viewed('createUser', z.object({ id: z.string() }))
const updateUser = viewed('updateUser', done)
const setPassword = viewed('SetUserPassword', done)
const deleteUser = viewed('deleteUser', done)

const createOptions = ['email', 'username', 'phone', 'first-name', 'last-name', 'org']
const defaultLimit = 50
const mostListed = 10_000

export const usersCommand: Command = {
  name: 'users',
  summary: 'List, show, create, suspend and delete users, and reset their passwords.',
  operands: '[list|show|create|reset-password|suspend|unsuspend|delete] [USER] [options]',
  maxOperands: 2,
  options: [
    {
      name: 'search',
      value: 'TEXT',
      summary: 'list: users whose address, username, phone number or name begins so.',
    },
    { name: 'limit', value: 'N', summary: `list: at most so many. Default: ${defaultLimit}.` },
    {
      name: 'email',
      value: 'ADDRESS',
      summary: 'create: what the user signs in with; or EMAIL after create.',
    },
    { name: 'username', value: 'NAME', summary: 'create: the same, a username.' },
    { name: 'phone', value: 'NUMBER', summary: 'create: the same, a phone number such as +447700900000.' },
    { name: 'first-name', value: 'NAME', summary: 'create: the first name.' },
    { name: 'last-name', value: 'NAME', summary: 'create: the last name.' },
    { name: 'org', value: 'CODE', summary: 'create: the organization to join.' },
    {
      name: 'temporary',
      summary:
        'reset-password: set a new password, print it once, and sign the user out everywhere. Without it, the user chooses another one at the next sign-in.',
    },
    yesOption,
    { name: 'json', summary: 'Print one JSON document.' },
    ...managementOptions,
  ],
  examples: [
    'mintage users',
    'mintage users list --search ada --json',
    'mintage users show ada@example.com',
    'mintage users create grace@example.com --first-name Grace --org org_1234',
    'mintage users reset-password ada@example.com --temporary',
    'mintage users suspend kp_1234 --to https://id.example.com',
    'mintage users delete ada@example.com --yes',
  ],
  run,
}

const actions: Readonly<Record<string, Action>> = {
  list: { options: ['search', 'limit'], run: list },
  show: { operand: 'USER', run: show },
  create: { operand: 'EMAIL', isOperandOptional: true, options: createOptions, run: create },
  'reset-password': { operand: 'USER', options: ['temporary', 'yes'], run: resetPassword },
  suspend: { operand: 'USER', run: (asked) => setSuspended(asked, true) },
  unsuspend: { operand: 'USER', run: (asked) => setSuspended(asked, false) },
  delete: { operand: 'USER', options: ['yes'], run: remove },
}

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  return runAction(usersCommand, actions, given, output)
}

async function list({ client, given, output }: Asked): Promise<void> {
  const limit = wholeNumber(usersCommand, given, 'limit', 1, mostListed) ?? defaultLimit
  const search = given.value('search')
  const { items, hasMore } =
    search === undefined ? await allUsers(client, limit) : await searched(client, search, limit)
  if (given.has('json')) return printJson({ users: items, has_more: hasMore }, output)
  if (items.length === 0) {
    const whom = search === undefined ? 'No users' : `No user begins with ${JSON.stringify(search)}`
    return output.printError(`${whom} in ${client.where}.`)
  }
  output.print(
    tableText(
      [
        { title: 'ID', cell: ({ id }) => id },
        { title: 'SIGNS IN AS', cell: ({ email, username, phone }) => email ?? username ?? phone },
        { title: 'NAME', cell: fullName },
        { title: 'STATE', cell: ({ is_suspended: isSuspended }) => (isSuspended ? 'suspended' : 'active') },
        { title: 'LAST SIGN-IN', cell: (user) => timeText(user.last_signed_in) },
        { title: 'CREATED', cell: (user) => timeText(user.created_on) },
      ],
      items,
      output,
    ),
  )
  if (hasMore)
    output.printError(`There are more. --limit N shows more than ${limit}, --search TEXT finds some.`)
}

function allUsers(client: ManagementClient, most: number) {
  return listedPages(most, async (query) => {
    const { users, next_token: next } = await client.call(getUsers, { query })
    return { items: users, next }
  })
}

async function searched(client: ManagementClient, search: string, most: number) {
  const items: ListedUser[] = []
  const pageSize = Math.min(500, most + 1)
  for (;;) {
    const last = items.at(-1)
    const query = {
      query: search,
      page_size: String(pageSize),
      ...(last !== undefined && { starting_after: last.id }),
    }
    const { results } = await client.call(searchUsers, { query })
    items.push(...results)
    if (items.length > most || results.length < pageSize)
      return { items: items.slice(0, most), hasMore: items.length > most }
  }
}

async function show({ operand, client, given, output }: Asked): Promise<void> {
  const user = await foundUser(operand, client)
  const { identities } = await client.call(getIdentities, { path: { user_id: user.id } })
  if (given.has('json')) return printJson({ user: { ...user, identities } }, output)
  const details = detailsText(
    [
      ['id', user.id],
      ['name', fullName(user)],
      ['state', user.is_suspended ? 'suspended' : 'active'],
      ['organizations', user.organizations?.join(', ')],
      ['sign-ins', String(user.total_sign_ins)],
      ['last sign-in', timeText(user.last_signed_in)],
      ['created', timeText(user.created_on)],
    ],
    output,
  )
  const table = tableText(
    [
      { title: 'TYPE', cell: ({ type }) => type },
      { title: 'VALUE', cell: ({ name }) => name },
      { title: 'VERIFIED', cell: ({ is_confirmed: isConfirmedOne }) => (isConfirmedOne ? 'yes' : 'no') },
      { title: 'PRIMARY', cell: ({ is_primary: isPrimary }) => (isPrimary ? 'yes' : 'no') },
      { title: 'LAST SIGN-IN', cell: (one) => timeText(one.last_login_on) },
    ],
    identities,
    output,
  )
  output.print(identities.length === 0 ? details : `${details}\n\n${table}`)
}

async function create({ operand, client, given, output }: Asked): Promise<void> {
  if (operand !== '' && given.has('email'))
    throw usage(usersCommand, 'mintage users create takes EMAIL or --email, not both.')
  const value = (option: string) => (option === 'email' && operand !== '' ? operand : given.value(option))
  const identities = (['email', 'username', 'phone'] as const).flatMap((type) => {
    const one = value(type)
    return one === undefined ? [] : [{ type, details: { [type]: one } }]
  })
  if (identities.length === 0)
    throw usage(usersCommand, 'mintage users create needs EMAIL, --username or --phone.')
  const [first, last, org] = [value('first-name'), value('last-name'), value('org')]
  const body = {
    profile: {
      ...(first !== undefined && { given_name: first }),
      ...(last !== undefined && { family_name: last }),
    },
    identities,
    ...(org !== undefined && { organization_code: org }),
  }
  const { id } = await client.call(createUser, { body })
  if (given.has('json')) return printJson({ user: { id } }, output)
  output.print(`Created ${id}. The user has no password yet: mintage users reset-password ${id} --temporary.`)
}

async function resetPassword(asked: Asked): Promise<void> {
  const { operand, client, given, output } = asked
  const user = await foundUser(operand, client)
  if (given.has('temporary')) return setTemporaryPassword(user, asked)
  const body = { is_password_reset_requested: true }
  const { is_password_reset_requested: isRequested } = await client.call(
    viewed('updateUser', z.object({ is_password_reset_requested: z.boolean() })),
    { query: { id: user.id }, body },
  )
  if (!isRequested) {
    throw usage(
      usersCommand,
      `${userName(user)} has no password.`,
      'Set one with mintage users reset-password USER --temporary.',
    )
  }
  if (given.has('json')) return printJson({ user: { id: user.id } }, output)
  output.print(`${userName(user)} has to choose another password at the next sign-in.`)
}

async function setTemporaryPassword(user: ListedUser, { client, given, output }: Asked): Promise<void> {
  const question = `Replace the password of ${userName(user)} and sign the user out everywhere?`
  if (!(await isConfirmed(question, usersCommand, given, output))) return
  const password = newPassword()
  const hash = await passwordHasher({ random: randomBytes }).hash(password)
  const body = { hashed_password: hash, is_temporary_password: true }
  await client.call(setPassword, { path: { user_id: user.id }, body })
  if (given.has('json')) return printJson({ user: { id: user.id }, temporary_password: password }, output)
  output.print(`The password of ${userName(user)} is ${password}`)
  output.printError('It is shown once. The user chooses another one at the next sign-in.')
}

/** Letters and digits that are not taken for one another, to be read out: 82 bits. */
const readable = 'abcdefghjkmnpqrstuvwxyz23456789'

function newPassword(): string {
  const letters = Array.from({ length: 16 }, () => readable.charAt(randomInt(readable.length)))
  return letters.join('').replaceAll(/(.{4})(?=.)/g, '$1-')
}

async function setSuspended({ operand, client, given, output }: Asked, isSuspended: boolean): Promise<void> {
  const user = await foundUser(operand, client)
  await client.call(updateUser, { query: { id: user.id }, body: { is_suspended: isSuspended } })
  if (given.has('json')) return printJson({ user: { id: user.id, is_suspended: isSuspended } }, output)
  output.print(
    `${userName(user)} is ${isSuspended ? 'suspended, and signed out everywhere' : 'active again'}.`,
  )
}

async function remove({ operand, client, given, output }: Asked): Promise<void> {
  const user = await foundUser(operand, client)
  const question = `Delete ${userName(user)} with everything that belongs to the user?`
  if (!(await isConfirmed(question, usersCommand, given, output))) return
  await client.call(deleteUser, { query: { id: user.id } })
  if (given.has('json')) return printJson({ user: { id: user.id } }, output)
  output.print(`Deleted ${userName(user)}.`)
}
