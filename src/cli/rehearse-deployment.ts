// A rehearsal of a stored deployment by the server that has it, or by this process beside its database: asked for, watched, and reported.
import { setTimeout as pause } from 'node:timers/promises'
import { errorCodes, ServerError } from '../errors/index.ts'
import { mintageOperations } from '../management/index.ts'
import type { RehearsalReport } from '../rehearsal/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import type { ManagementClient } from './management-client.ts'
import type { Output } from './output.ts'

export interface AskedRehearsal {
  readonly deployment_id: string
  readonly all?: true
  readonly sample?: number
  readonly org_code?: string
  readonly client_ids?: readonly string[]
  readonly scopes?: readonly string[]
  readonly audiences?: readonly string[]
  readonly budget_bytes?: number
}

const askEveryMs = 250
/** A busy server gives a rehearsal a tenth of its time. */
const patienceMs = 120_000

/** Rejects with AppError, and with ServerError when it makes no progress. */
export async function rehearseDeployment(
  asked: AskedRehearsal,
  client: ManagementClient,
  output: Output,
): Promise<RehearsalReport> {
  await client.beginWork()
  const started = await client.call(mintageOperations.createRehearsal, { body: asked })
  let { rehearsal } = started
  const progress = output.openProgress()
  let movedAtMs = performance.now()
  for (;;) {
    if (rehearsal.report) return rehearsal.report
    if (rehearsal.state === 'failed')
      throw new ServerError(
        'rehearsal_failed',
        `The rehearsal failed: ${rehearsal.error ?? 'without a reason'}.`,
      )
    if (performance.now() - movedAtMs > patienceMs)
      throw new ServerError(
        'rehearsal_stalled',
        `The rehearsal ${rehearsal.id} has made no progress for two minutes.`,
      )
    progress(progressText(rehearsal))
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    await pause(askEveryMs)
    // oxlint-disable-next-line no-await-in-loop
    const { rehearsal: now } = await client.call(mintageOperations.getRehearsal, {
      path: { rehearsal_id: rehearsal.id },
    })
    if (now.users !== rehearsal.users || now.state !== rehearsal.state) movedAtMs = performance.now()
    rehearsal = now
  }
}

const barWidth = 30

function progressText({
  users,
  of_users: ofUsers,
  state,
}: {
  readonly users: number
  readonly of_users: number
  readonly state: string
}): string {
  if (state === 'waiting') return 'Waiting for the rehearsal to begin'
  const part = ofUsers === 0 ? 0 : users / ofUsers
  const bar = '█'.repeat(Math.round(part * barWidth)).padEnd(barWidth, '░')
  return `Rehearsing ${bar} ${users.toLocaleString('en')} of ${ofUsers.toLocaleString('en')} users`
}

/** `5%` or `0.5%`, as a share. Throws ConfigError `usage`. */
export function mostChanged(command: Command, given: CommandArguments): number | undefined {
  const text = given.value('max-changed')
  if (text === undefined) return undefined
  const [, percent] = /^(\d{1,3}(?:\.\d+)?)\s*%$/.exec(text.trim()) ?? []
  const share = Number(percent) / 100
  if (percent === undefined || share > 1) throw usage(command, '--max-changed needs a percentage such as 5%.')
  return share
}

/** Sign-ins and tokens of machines are judged apart, because a machine is one of few. What was not rehearsed counts as changed: nothing is known of it. */
export function tooMuchChanged(
  { signIns, machines, ...ofUsers }: RehearsalReport,
  most: number | undefined,
): ServerError | undefined {
  return (
    beyond(ofUsers, { total: signIns, what: 'sign-ins' }, most) ??
    (machines && beyond(machines, { total: machines.tokens, what: 'machine tokens' }, most))
  )
}

function beyond(
  { changed, notRehearsed }: Pick<RehearsalReport, 'changed' | 'notRehearsed'>,
  { total, what }: { readonly total: number; readonly what: string },
  most: number | undefined,
): ServerError | undefined {
  const share = total === 0 ? 0 : (changed + notRehearsed) / total
  if (most === undefined || share <= most) return undefined
  const unknown = notRehearsed === 0 ? '' : ' or could not be rehearsed'
  return new ServerError(
    'too_much_changed',
    `${percent(share)} of the ${what} would change${unknown}; --max-changed is ${percent(most)}.`,
    { hint: errorCodes.too_much_changed.fix },
  )
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1)).toString()} %`
}
