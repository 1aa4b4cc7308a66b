// Which invocations `mintage logs` shows. Each filter goes by an index of the store; a text is looked for in the newest of what the others let
// through, because documents are compressed.
import { identifierOf } from '../directory/index.ts'
import { ConfigError, nearest } from '../errors/index.ts'
import type { InvocationFilter, Store, StoredInvocation } from '../store/index.ts'
import { endingErrorCode, runEndings, storedEndings } from '../tokens/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import type { Output } from './output.ts'

/** Invocations that a text is looked for in. */
const mostLookedThrough = 10_000
const pageSize = 500

/** All but the user, who is looked up, and the text. Throws ConfigError `usage`. */
export function parseFilter(command: Command, given: CommandArguments): Omit<InvocationFilter, 'limit'> {
  const sinceMs = parseTime(command, 'since', given.value('since'))
  const untilMs = parseTime(command, 'until', given.value('until'))
  const outcomes = parseOutcome(command, given.value('outcome'))
  const clientId = given.value('client')
  const workflowId = given.value('workflow')
  const organizationCode = given.value('org')
  const deploymentId = given.value('deployment')
  return {
    ...(outcomes !== undefined && { outcomes }),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(untilMs !== undefined && { untilMs }),
    ...(clientId !== undefined && { clientId }),
    ...(workflowId !== undefined && { workflowId }),
    ...(organizationCode !== undefined && { organizationCode }),
    ...(deploymentId !== undefined && { deploymentId }),
  }
}

/** Newest first. `text` is in lower case. */
export async function newestWith(
  text: string | undefined,
  { limit, ...filter }: InvocationFilter,
  store: Store,
  output: Output,
): Promise<readonly StoredInvocation[]> {
  if (text === undefined) return store.invocations.list({ ...filter, limit })
  const found: StoredInvocation[] = []
  let beforeSequence: number | undefined
  for (let looked = 0; found.length < limit; looked += pageSize) {
    if (looked >= mostLookedThrough) {
      output.printError(
        `The text was looked for in the newest ${mostLookedThrough} that match. Narrow it with --until.`,
      )
      break
    }
    const before = beforeSequence === undefined ? {} : { beforeSequence }
    // oxlint-disable-next-line no-await-in-loop -- page after page, until there are enough
    const page = await store.invocations.list({ ...filter, ...before, limit: pageSize })
    found.push(...page.filter((invocation) => hasText(invocation, text)))
    if (page.length < pageSize) break
    beforeSequence = page.at(-1)?.sequence
  }
  return found.slice(0, limit)
}

export function hasText(invocation: StoredInvocation, text: string | undefined): boolean {
  return text === undefined || JSON.stringify(invocation).toLowerCase().includes(text)
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

/** An address is looked up; anything else is an id. */
export async function userIdOf(given: string | undefined, store: Store): Promise<string | undefined> {
  if (given === undefined || !given.includes('@')) return given
  const identifier = identifierOf('email', given)
  const found = identifier && (await store.directory.identity('email', identifier.normalized))
  if (found) return found.userId
  throw new ConfigError('usage', `No user has the address ${JSON.stringify(given)}.`, {
    hint: 'Check the address, or give the id of the user.',
  })
}

/** Errors show the code of an outcome, so that is taken as well: `memory_exceeded` for `memory-exceeded`. Gives every stored name. */
function parseOutcome(command: Command, given: string | undefined): InvocationFilter['outcomes'] {
  if (given === undefined) return undefined
  const found = runEndings.find((known) => known === given || endingErrorCode(known) === given)
  if (found !== undefined) return storedEndings(found)
  const codes = runEndings.flatMap((known) => endingErrorCode(known) ?? [])
  const meant = nearest(given, [...runEndings, ...codes])
  const hint = meant === undefined ? `The outcomes are ${runEndings.join(', ')}.` : `Did you mean ${meant}?`
  throw usage(command, `There is no outcome ${JSON.stringify(given)}.`, hint)
}
