// Which invocations `mintage logs` shows, as the query of the operation.
import { nearest } from '../errors/index.ts'
import { endingErrorCode, runEndings } from '../tokens/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { foundUser } from './found-user.ts'
import type { InvocationQuery } from './listed-invocations.ts'
import type { ManagementClient } from './management-client.ts'

/** Options that the operation takes as they are, by its name of each. */
const plain = {
  client: 'client_id',
  workflow: 'workflow_id',
  org: 'org_code',
  deployment: 'deployment_id',
  text: 'text',
} as const

/** All but the user, who is looked up. Throws ConfigError `usage`. */
export function parseFilter(command: Command, given: CommandArguments): InvocationQuery {
  const sinceMs = parseTime(command, 'since', given.value('since'))
  const untilMs = parseTime(command, 'until', given.value('until'))
  if (sinceMs !== undefined && untilMs !== undefined && sinceMs >= untilMs)
    throw usage(command, '--since is not before --until, so nothing is between them.')
  const outcome = parseOutcome(command, given.value('outcome'))
  const texts = Object.entries(plain).flatMap(([option, name]): [string, string][] => {
    const text = given.value(option)
    if (text === '') throw usage(command, `--${option} is empty.`)
    return text === undefined ? [] : [[name, text]]
  })
  return {
    ...Object.fromEntries(texts),
    ...(outcome !== undefined && { outcome }),
    ...(sinceMs !== undefined && { since: new Date(sinceMs).toISOString() }),
    ...(untilMs !== undefined && { until: new Date(untilMs).toISOString() }),
  }
}

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** A duration before now, or a time; a time without a zone is UTC, as the list shows it. */
function parseTime(command: Command, option: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(given) ?? []
  if (unit === 's' || unit === 'm' || unit === 'h' || unit === 'd')
    return Date.now() - Number(amount) * unitMs[unit]
  const [, day, time = '00:00', zone = 'Z'] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(given) ??
    []
  const atMs = Date.parse(`${day}T${time}${zone}`)
  if (!Number.isNaN(atMs)) return atMs
  throw usage(
    command,
    `--${option} does not take ${JSON.stringify(given)}.`,
    'Write a duration (30s, 15m, 2h, 7d) or a time (2026-11-28, 2026-11-28T10:00, 2026-11-28T10:00:00+01:00).',
  )
}

/** An address is looked up; anything else is an id, which a user who was deleted has, too. Throws ConfigError `usage`. */
export async function userFilter(
  given: CommandArguments,
  client: ManagementClient,
): Promise<InvocationQuery> {
  const user = given.value('user')
  if (user === undefined) return {}
  return { user_id: user.includes('@') ? (await foundUser(user, client)).id : user }
}

/** Errors show the code of an outcome, so that is taken as well: `memory_exceeded` for `memory-exceeded`. */
function parseOutcome(command: Command, given: string | undefined): string | undefined {
  if (given === undefined) return undefined
  const found = runEndings.find((known) => known === given || endingErrorCode(known) === given)
  if (found !== undefined) return found
  const codes = runEndings.flatMap((known) => endingErrorCode(known) ?? [])
  const meant = nearest(given, [...runEndings, ...codes])
  const hint = meant === undefined ? `The outcomes are ${runEndings.join(', ')}.` : `Did you mean ${meant}?`
  throw usage(command, `There is no outcome ${JSON.stringify(given)}.`, hint)
}
