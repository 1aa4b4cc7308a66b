// `mintage applications`: what an application needs to sign users in, and applications made and deleted. Secrets are shown on request only.
import { z } from 'zod'
import { openExistingStore } from '../app/index.ts'
import type { ApplicationRecord } from '../store/index.ts'
import { printJson, runAction, type Action, type Asked } from './actions.ts'
import { usage, type CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { isConfirmed, yesOption } from './confirm.ts'
import { parseUsedDataOptions } from './data-options.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { listedPages } from './listed-pages.ts'
import { managementOptions, type ManagementClient } from './management-client.ts'
import { printable, type Output } from './output.ts'
import { detailsText, tableText } from './table.ts'
import { viewed } from './viewed-operation.ts'

const getApplications = viewed(
  'getApplications',
  z.object({
    applications: z.array(z.object({ id: z.string(), name: z.string(), type: z.string() })),
    next_token: z.string().nullable(),
  }),
)
const getApplication = viewed(
  'getApplication',
  z.object({
    application: z.object({
      id: z.string(),
      name: z.string(),
      type: z.string(),
      client_id: z.string(),
      client_secret: z.string().nullable(),
    }),
  }),
)
const getRedirects = viewed('getCallbackURLs', z.object({ redirect_urls: z.array(z.string()) }))
const getLogouts = viewed('getLogoutURLs', z.object({ logout_urls: z.array(z.string()) }))
const createApplication = viewed(
  'createApplication',
  z.object({
    application: z.object({ id: z.string(), client_id: z.string(), client_secret: z.string().nullable() }),
  }),
)
const rotateSecret = viewed(
  'rotateClientSecret',
  z.object({
    application: z.object({ client_secret: z.string(), previous_secret_until: z.string().nullable() }),
  }),
)
const deleteApplication = viewed('deleteApplication', z.object({}))

const mostListed = 10_000

export const applicationsCommand: Command = {
  name: 'applications',
  summary: 'List, show, create and delete applications; show and rotate client secrets.',
  operands: '[list|show|create|rotate-secret|delete] [CLIENT_ID|NAME] [options]',
  maxOperands: 2,
  options: [
    {
      name: 'show-secrets',
      summary: 'list, show: client secrets as well. A list needs the database for that.',
    },
    { name: 'type', value: 'TYPE', summary: 'create: reg, spa, m2m or device.' },
    {
      name: 'org',
      value: 'CODE',
      summary: 'create: the one organization that an m2m application works for.',
    },
    {
      name: 'keep-previous',
      value: 'HOURS',
      summary: 'rotate-secret: accept the old secret for so many hours more; without, it ends at once.',
    },
    yesOption,
    { name: 'json', summary: 'Print one JSON document.' },
    ...managementOptions,
  ],
  examples: [
    'mintage applications',
    'mintage applications --show-secrets',
    'mintage applications show d3300000000000000000000000000002',
    'mintage applications create "Nightly reports" --type m2m',
    'mintage applications rotate-secret d3300000000000000000000000000002 --keep-previous 24',
    'mintage applications delete d3300000000000000000000000000002 --to https://id.example.com --yes',
  ],
  run,
}

const actions: Readonly<Record<string, Action>> = {
  list: { run: list },
  show: { operand: 'CLIENT_ID', options: ['show-secrets'], run: show },
  create: { operand: 'NAME', options: ['type', 'org'], run: create },
  'rotate-secret': { operand: 'CLIENT_ID', options: ['keep-previous', 'yes'], run: rotate },
  delete: { operand: 'CLIENT_ID', options: ['yes'], run: remove },
}

/** The list of a database has more than the API tells, so it is read there. */
async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const [action = 'list', ...more] = given.operands
  const isListHere = action === 'list' && more.length === 0 && !given.has('to')
  const isOfList = !['type', 'org', 'keep-previous', 'yes'].some((option) => given.has(option))
  return isListHere && isOfList
    ? listOfDatabase(given, output)
    : runAction(applicationsCommand, actions, given, output)
}

async function list({ client, given, output }: Asked): Promise<void> {
  const { items } = await listedPages(mostListed, async (query) => {
    const { applications, next_token: next } = await client.call(getApplications, { query })
    return { items: applications, next }
  })
  if (given.has('json')) return printJson({ applications: items }, output)
  if (items.length === 0) return output.printError(`No applications in ${client.where}.`)
  output.print(
    tableText(
      [
        { title: 'CLIENT ID', cell: ({ id }) => id },
        { title: 'TYPE', cell: ({ type }) => type },
        { title: 'NAME', cell: ({ name }) => name },
      ],
      items,
      output,
    ),
  )
}

async function show({ operand, client, given, output }: Asked): Promise<void> {
  const application = await called(client, operand)
  const path = { app_id: operand }
  const [{ redirect_urls: redirects }, { logout_urls: logouts }] = await Promise.all([
    client.call(getRedirects, { path }),
    client.call(getLogouts, { path }),
  ])
  const { client_secret: secret, ...shown } = application
  const isShown = given.has('show-secrets')
  if (given.has('json')) {
    const document = { ...shown, redirect_urls: redirects, logout_urls: logouts }
    return printJson({ application: isShown ? { ...document, client_secret: secret } : document }, output)
  }
  const ofSecret = secret === null ? 'none' : isShown ? secret : 'kept: --show-secrets shows it'
  output.print(
    detailsText(
      [
        ['client id', shown.client_id],
        ['name', shown.name],
        ['type', shown.type],
        ['client secret', ofSecret],
        ...redirects.map((uri) => ['redirect', uri] as const),
        ...logouts.map((uri) => ['logout', uri] as const),
      ],
      output,
    ),
  )
}

async function create({ operand, client, given, output }: Asked): Promise<void> {
  const [type, org] = [given.value('type'), given.value('org')]
  if (type === undefined) {
    throw usage(
      applicationsCommand,
      'mintage applications create needs --type.',
      'The types are reg (a server), spa (a browser), m2m (a machine) and device.',
    )
  }
  const body = { name: operand, type, ...(org !== undefined && { org_code: org }) }
  const { application } = await client.call(createApplication, { body })
  if (given.has('json')) return printJson({ application }, output)
  const { client_id: id, client_secret: secret } = application
  output.print(
    detailsText(
      [['client id', id], ...(secret === null ? [] : [['client secret', secret] as const])],
      output,
    ),
  )
}

async function rotate({ operand, client, given, output }: Asked): Promise<void> {
  const { name, client_id: id } = await called(client, operand)
  const hours = given.value('keep-previous') ?? '0'
  const ending = hours === '0' ? 'The old secret ends at once.' : `The old secret ends in ${hours} hours.`
  const question = `Give ${name} (${id}) another client secret? ${ending}`
  if (!(await isConfirmed(question, applicationsCommand, given, output))) return
  const { application } = await client.call(rotateSecret, {
    path: { application_id: id },
    query: { keep_previous_hours: hours },
  })
  if (given.has('json')) return printJson({ application }, output)
  const { client_secret: secret, previous_secret_until: until } = application
  output.print(
    detailsText(
      [['client secret', secret], ...(until === null ? [] : [['old one until', until] as const])],
      output,
    ),
  )
}

async function remove({ operand, client, given, output }: Asked): Promise<void> {
  const { name, client_id: id } = await called(client, operand)
  const question = `Delete ${name} (${id})? No user signs in there any more, and its tokens end.`
  if (!(await isConfirmed(question, applicationsCommand, given, output))) return
  await client.call(deleteApplication, { path: { application_id: id } })
  if (given.has('json')) return printJson({ application: { id } }, output)
  output.print(`Deleted ${name} (${id}).`)
}

async function called(client: ManagementClient, id: string) {
  return (await client.call(getApplication, { path: { application_id: id } })).application
}

async function listOfDatabase(given: CommandArguments, output: Output): Promise<ExitCode> {
  const store = await openExistingStore(await parseUsedDataOptions(given))
  try {
    const { applications } = await store.directory.catalog()
    const isShown = given.has('show-secrets')
    if (given.has('json')) {
      output.print(
        JSON.stringify(
          applications.map((one) => document(one, isShown)),
          null,
          2,
        ),
      )
    } else if (applications.length === 0) {
      output.print(
        `No applications in ${store.description}. Declare them in mintage.yaml and start the server.`,
      )
    } else {
      output.print(applications.map((one) => paragraph(one, isShown, output)).join('\n\n'))
    }
    return exitCodes.ok
  } finally {
    await store.close()
  }
}

function document(application: ApplicationRecord, isShown: boolean) {
  const { clientId, name, type, authMethod, redirectUris, logoutUris, clientSecret } = application
  return {
    clientId,
    name,
    type,
    authMethod,
    redirectUris,
    logoutUris,
    ...(isShown && clientSecret !== null && { clientSecret }),
  }
}

function paragraph(application: ApplicationRecord, isShown: boolean, output: Output): string {
  const { name, type, clientId, redirectUris, logoutUris } = application
  const row = (title: string, text: string) =>
    `  ${output.style('dim', title.padEnd(13))}  ${printable(text)}`
  return [
    `${output.style('bold', printable(name))}  ${type}`,
    row('client id', clientId),
    row('client secret', secretText(application, isShown)),
    ...redirectUris.map((uri) => row('redirect', uri)),
    ...logoutUris.map((uri) => row('logout', uri)),
  ].join('\n')
}

function secretText({ clientSecret, authMethod }: ApplicationRecord, isShown: boolean): string {
  if (clientSecret === null)
    return authMethod === 'private_key_jwt' ? 'none: it has a key' : 'none: it is public'
  return isShown ? clientSecret : 'kept: --show-secrets shows it'
}
