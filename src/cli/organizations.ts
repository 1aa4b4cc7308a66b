// `mintage organizations`: the organizations of a server or a database, and who belongs to them.
import { z } from 'zod'
import { printJson, runAction, type Action, type Asked } from './actions.ts'
import type { CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { isConfirmed, yesOption } from './confirm.ts'
import type { ExitCode } from './exit-codes.ts'
import { listedPages } from './listed-pages.ts'
import { managementOptions, type ManagementClient } from './management-client.ts'
import type { Output } from './output.ts'
import { detailsText, tableText, timeText } from './table.ts'
import { viewed } from './viewed-operation.ts'
import { wholeNumber } from './whole-number.ts'

const text = z.string().nullable()
const organization = z.object({
  code: z.string(),
  name: z.string(),
  handle: text,
  external_id: text,
  is_default: z.boolean(),
  is_auto_membership_enabled: z.boolean(),
})
const getOrganizations = viewed(
  'getOrganizations',
  z.object({ organizations: z.array(organization), next_token: text }),
)
const getOrganization = viewed(
  'getOrganization',
  organization.extend({ created_on: z.string(), is_suspended: z.boolean() }),
)
const createOrganization = viewed(
  'createOrganization',
  z.object({ organization: z.object({ code: z.string() }) }),
)
const deleteOrganization = viewed('deleteOrganization', z.object({}))
const getMembers = viewed(
  'GetOrganizationUsers',
  z.object({
    organization_users: z.array(
      z.object({
        id: z.string(),
        email: text,
        full_name: text,
        roles: z.array(z.string()),
        joined_on: text,
        is_suspended: z.boolean(),
      }),
    ),
    next_token: text,
  }),
)

const defaultLimit = 50
const mostListed = 10_000

export const organizationsCommand: Command = {
  name: 'organizations',
  summary: 'List, show, create and delete organizations, and list their members.',
  operands: '[list|show|create|delete|members] [CODE|NAME] [options]',
  maxOperands: 2,
  options: [
    { name: 'limit', value: 'N', summary: `list, members: at most so many. Default: ${defaultLimit}.` },
    { name: 'handle', value: 'HANDLE', summary: 'create: the handle, for addresses.' },
    { name: 'external-id', value: 'ID', summary: 'create: the id that another system gave to it.' },
    yesOption,
    { name: 'json', summary: 'Print one JSON document.' },
    ...managementOptions,
  ],
  examples: [
    'mintage organizations',
    'mintage organizations show org_1234',
    'mintage organizations create "Analytical Engines" --handle engines',
    'mintage organizations members org_1234 --json',
    'mintage organizations delete org_1234 --to https://id.example.com --yes',
  ],
  run,
}

const actions: Readonly<Record<string, Action>> = {
  list: { options: ['limit'], run: list },
  show: { operand: 'CODE', run: show },
  create: { operand: 'NAME', options: ['handle', 'external-id'], run: create },
  delete: { operand: 'CODE', options: ['yes'], run: remove },
  members: { operand: 'CODE', options: ['limit'], run: members },
}

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  return runAction(organizationsCommand, actions, given, output)
}

async function list({ client, given, output }: Asked): Promise<void> {
  const { items, hasMore } = await listedPages(limitOf(given), async (query) => {
    const { organizations, next_token: next } = await client.call(getOrganizations, { query })
    return { items: organizations, next }
  })
  if (given.has('json')) return printJson({ organizations: items, has_more: hasMore }, output)
  if (items.length === 0) return output.printError(`No organizations in ${client.where}.`)
  output.print(
    tableText(
      [
        { title: 'CODE', cell: ({ code }) => code },
        { title: 'NAME', cell: ({ name }) => name },
        { title: 'HANDLE', cell: ({ handle }) => handle },
        { title: 'EXTERNAL ID', cell: (one) => one.external_id },
        { title: 'DEFAULT', cell: (one) => (one.is_default ? 'yes' : 'no') },
      ],
      items,
      output,
    ),
  )
  if (hasMore) output.printError('There are more: --limit N shows them.')
}

async function show({ operand, client, given, output }: Asked): Promise<void> {
  const found = await called(client, operand)
  if (given.has('json')) return printJson({ organization: found }, output)
  output.print(
    detailsText(
      [
        ['code', found.code],
        ['name', found.name],
        ['handle', found.handle],
        ['external id', found.external_id],
        ['state', found.is_suspended ? 'suspended' : 'active'],
        ['default', found.is_default ? 'yes' : 'no'],
        ['who signs up joins', found.is_auto_membership_enabled ? 'yes' : 'no'],
        ['created', timeText(found.created_on)],
      ],
      output,
    ),
  )
}

async function create({ operand, client, given, output }: Asked): Promise<void> {
  const [handle, externalId] = [given.value('handle'), given.value('external-id')]
  const body = {
    name: operand,
    ...(handle !== undefined && { handle }),
    ...(externalId !== undefined && { external_id: externalId }),
  }
  const { organization: created } = await client.call(createOrganization, { body })
  if (given.has('json')) return printJson({ organization: { code: created.code } }, output)
  output.print(`Created ${created.code}.`)
}

async function remove({ operand, client, given, output }: Asked): Promise<void> {
  const { name, code } = await called(client, operand)
  const question = `Delete ${name} (${code})? Its users stay, its memberships and tokens do not.`
  if (!(await isConfirmed(question, organizationsCommand, given, output))) return
  await client.call(deleteOrganization, { path: { org_code: code } })
  if (given.has('json')) return printJson({ organization: { code } }, output)
  output.print(`Deleted ${name} (${code}).`)
}

async function members({ operand, client, given, output }: Asked): Promise<void> {
  const { items, hasMore } = await listedPages(limitOf(given), async (query) => {
    const page = await client.call(getMembers, { path: { org_code: operand }, query })
    return { items: page.organization_users, next: page.next_token }
  })
  if (given.has('json')) return printJson({ members: items, has_more: hasMore }, output)
  if (items.length === 0) return output.printError(`No user belongs to ${operand}.`)
  output.print(
    tableText(
      [
        { title: 'ID', cell: ({ id }) => id },
        { title: 'EMAIL', cell: ({ email }) => email },
        { title: 'NAME', cell: (one) => one.full_name },
        { title: 'ROLES', cell: ({ roles }) => roles.join(', ') },
        { title: 'JOINED', cell: (one) => timeText(one.joined_on) },
      ],
      items,
      output,
    ),
  )
  if (hasMore) output.printError('There are more: --limit N shows them.')
}

function called(client: ManagementClient, code: string) {
  return client.call(getOrganization, { query: { code } })
}

function limitOf(given: CommandArguments): number {
  return wholeNumber(organizationsCommand, given, 'limit', 1, mostListed) ?? defaultLimit
}
