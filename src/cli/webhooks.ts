// `mintage webhooks`: how far each webhook has come, what became of deliveries, and sending them again.
import { mintageOperations } from '../management/index.ts'
import { deliveryStates } from '../store/index.ts'
import { printJson, runAction, type Action, type Asked } from './actions.ts'
import { usage, type CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import type { ExitCode } from './exit-codes.ts'
import { managementOptions } from './management-client.ts'
import type { Output } from './output.ts'
import { tableText, timeText } from './table.ts'
import { wholeNumber } from './whole-number.ts'

const mostListed = 200

export const webhooksCommand: Command = {
  name: 'webhooks',
  summary: 'List webhooks and their deliveries, and send deliveries again.',
  operands: 'list|deliveries|redeliver DELIVERY|resume WEBHOOK [options]',
  maxOperands: 2,
  options: [
    { name: 'webhook', value: 'ID', summary: 'Of deliveries: those of this webhook.' },
    { name: 'state', value: 'STATE', summary: `Of deliveries: ${deliveryStates.join(', ')}.` },
    { name: 'limit', value: 'N', summary: 'Of deliveries: the newest N. Default: 20.' },
    { name: 'json', summary: 'Print one JSON document.' },
    ...managementOptions,
  ],
  examples: [
    'mintage webhooks',
    'mintage webhooks deliveries --state dead',
    'mintage webhooks redeliver DELIVERY --to https://id.example.com',
    'mintage webhooks resume WEBHOOK',
  ],
  run,
}

const ofDeliveries = ['webhook', 'state', 'limit'] as const

const actions: Readonly<Record<string, Action>> = {
  list: { run: list },
  deliveries: { options: ofDeliveries, run: deliveries },
  redeliver: { operand: 'DELIVERY', run: redeliver },
  resume: { operand: 'WEBHOOK', run: resume },
}

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const state = given.value('state')
  if (state !== undefined && !deliveryStates.some((one) => one === state))
    throw usage(webhooksCommand, `--state is one of ${deliveryStates.join(', ')}.`)
  wholeNumber(webhooksCommand, given, 'limit', 1, mostListed)
  return runAction(webhooksCommand, actions, given, output)
}

async function list({ client, given, output }: Asked): Promise<void> {
  const { webhooks } = await client.call(mintageOperations.getWebhookStates)
  if (given.has('json')) return printJson({ webhooks }, output)
  if (webhooks.length === 0)
    return output.printError('There are no webhooks. POST /api/v1/webhooks registers one.')
  output.print(
    tableText(
      [
        { title: 'WEBHOOK', cell: ({ id }) => id },
        { title: 'NAME', cell: ({ name }) => name },
        { title: 'STATE', cell: ({ state }) => state },
        { title: 'PENDING', cell: ({ pending }) => String(pending) },
        { title: 'NEXT ATTEMPT', cell: (one) => timeText(one.next_attempt_on) },
        { title: 'ADDRESS', cell: ({ endpoint }) => endpoint },
      ],
      webhooks,
      output,
    ),
  )
}

async function deliveries({ client, given, output }: Asked): Promise<void> {
  const [webhook, state, limit] = ofDeliveries.map((name) => given.value(name))
  const { deliveries: found } = await client.call(mintageOperations.getWebhookDeliveries, {
    query: {
      ...(webhook !== undefined && { webhook_id: webhook }),
      ...(state !== undefined && { state }),
      ...(limit !== undefined && { limit }),
    },
  })
  if (given.has('json')) return printJson({ deliveries: found }, output)
  if (found.length === 0) return output.printError('There are no such deliveries.')
  output.print(
    tableText(
      [
        { title: 'LAST ATTEMPT', cell: (one) => timeText(one.last_attempt_on) },
        { title: 'EVENT', cell: (one) => one.event_type },
        { title: 'STATE', cell: (one) => one.state },
        { title: 'ATTEMPTS', cell: ({ attempts }) => String(attempts) },
        { title: 'STATUS', cell: ({ status }) => (status === null ? null : String(status)) },
        { title: 'NEXT ATTEMPT', cell: (one) => timeText(one.next_attempt_on) },
        { title: 'DELIVERY', cell: ({ id }) => id },
        { title: 'ERROR', cell: ({ error }) => error },
      ],
      found,
      output,
    ),
  )
}

async function redeliver({ operand, client, given, output }: Asked): Promise<void> {
  await client.call(mintageOperations.redeliverWebhookDelivery, { path: { delivery_id: operand } })
  if (given.has('json')) return printJson({ delivery: { id: operand } }, output)
  output.print(`${operand} is sent again.`)
}

async function resume({ operand, client, given, output }: Asked): Promise<void> {
  await client.call(mintageOperations.resumeWebhookDeliveries, { path: { webhook_id: operand } })
  if (given.has('json')) return printJson({ webhook: { id: operand } }, output)
  output.print(`${operand} gets events again, its dead deliveries first.`)
}
