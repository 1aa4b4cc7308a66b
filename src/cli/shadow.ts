// `mintage shadow start|stop|report`: a deployment that runs beside the live one and issues nothing.
import type { ShadowReport } from '../deployments/index.ts'
import { mintageOperations } from '../management/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import { givenPercent } from './canary.ts'
import type { Command } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { managementOptions, openManagementClient, type ManagementClient } from './management-client.ts'
import { printable } from './output.ts'

export const shadowCommand: Command = {
  name: 'shadow',
  summary: 'Run a deployment beside the live one, and report what it would change.',
  operands: 'start ID|stop|report [ID] [options]',
  maxOperands: 2,
  options: [
    { name: 'share', value: 'PERCENT', summary: 'start: for this share of the users only, such as 10%.' },
    { name: 'json', summary: 'Print one JSON document.' },
    ...managementOptions,
  ],
  examples: [
    'mintage shadow start dep_… --share 10% --to https://id.example.com',
    'mintage shadow report --to https://id.example.com',
    'mintage shadow stop --to https://id.example.com',
  ],
  async run(given, output) {
    const task = taskOf(given)
    const client = await openManagementClient(given)
    try {
      const { json, text } = await task(client)
      output.print(given.has('json') ? JSON.stringify(json, null, 2) : printable(text))
      return exitCodes.ok
    } finally {
      await client.close()
    }
  },
}

type Task = (client: ManagementClient) => Promise<{ readonly json: object; readonly text: string }>

/** Read before anything is opened. */
function taskOf(given: CommandArguments): Task {
  const [action, id] = given.operands
  if (action === 'start' && id !== undefined) return start(id, givenPercent(given, 'share', shadowCommand))
  if (action === 'stop' && id === undefined) return stop
  if (action === 'report') return (client) => report(client, id)
  throw usage(
    shadowCommand,
    'mintage shadow needs start ID, stop or report.',
    'mintage deployments lists the deployments.',
  )
}

function start(id: string, percent = 100): Task {
  return async (client) => {
    const json = await client.call(mintageOperations.startShadow, {
      path: { deployment_id: id },
      body: { percent },
    })
    const whom = json.percent === 100 ? 'every user' : `${String(json.percent)}% of the users`
    return { json, text: `${id} runs beside the live deployment for ${whom}. It issues nothing.` }
  }
}

async function stop(client: ManagementClient) {
  const json = await client.call(mintageOperations.stopShadow)
  const { deployment_id: id } = json
  return { json, text: `${id} runs no more. mintage shadow report ${id} shows what it found.` }
}

async function report(client: ManagementClient, id: string | undefined) {
  const query = id === undefined ? {} : { deployment_id: id }
  const { report: json } = await client.call(mintageOperations.getShadowReport, { query })
  return { json, text: reportText(json) }
}

function reportText(report: ShadowReport): string {
  const { compared, differing, examined } = report
  const share = compared === 0 ? '' : ` (${((100 * differing) / compared).toFixed(1)}%)`
  const isWhole = examined >= differing
  const users = `${isWhole ? '' : 'at least '}${counted(report.users.count, 'user')}`
  const lines = [
    `Shadow      ${report.deployment_id}, since ${report.since}${report.is_running ? '' : ', ended'}`,
    `Compared    ${counted(compared, 'run')}`,
    `Differing   ${String(differing)}${share}, of ${users}`,
  ]
  if (compared + report.not_comparable + report.dropped === 0)
    lines.push('            A shadow runs when a user signs in or refreshes, or a machine gets a token.')
  if (!isWhole) lines.push(`            What follows is of the newest ${String(examined)} of them.`)
  if (report.not_comparable > 0)
    lines.push(`Uncompared  ${String(report.not_comparable)}: a call other than GET is not made`)
  if (report.dropped > 0) lines.push(`Left out    ${String(report.dropped)}: the shadow was busy`)
  const list = (title: string, rows: readonly string[]) => {
    if (rows.length > 0) lines.push('', title, ...rows.map((row) => `  ${row}`))
  }
  list(
    'Outcomes that differ',
    report.other_outcomes.map((one) => `${String(one.count)}  ${one.live} → ${one.shadow}`),
  )
  list(
    'Claims that differ',
    report.claims.map(({ token, claim, count }) => `${String(count)}  ${token}.${claim}`),
  )
  list(
    'Users',
    report.users.first.map((one) => `${String(one.differing)}  ${one.user_id}`),
  )
  list(
    'Calls that were not made',
    report.calls_not_made.map(({ call, count }) => `${String(count)}  ${call}`),
  )
  list(
    'Examples',
    report.examples.flatMap(
      ({ invocation_id: invocation, user_id: user, client_id: client, claims, outcome }) => [
        `${invocation}  ${user ?? client ?? ''}`,
        ...(outcome
          ? [`  outcome  ${outcome.live} → ${outcome.shadow}  ${outcome.message ?? ''}`.trimEnd()]
          : []),
        ...claims.map(
          (one) => `  ${one.token}.${one.claim}  ${one.live ?? '(none)'} → ${one.shadow ?? '(none)'}`,
        ),
      ],
    ),
  )
  return lines.join('\n')
}

function counted(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`
}
