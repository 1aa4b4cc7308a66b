// The report of a rehearsal for people: what would change, for how many, with examples.
import type { RehearsalReport } from '../rehearsal/index.ts'
import { formatLocation } from '../errors/index.ts'
import { tokenKindLabel } from '../oauth/index.ts'
import { printable, type Output } from './output.ts'

const mostRows = 10
const widestValue = 60

type Who = Partial<RehearsalReport['claims'][number]['examples'][number]> & { readonly audience?: string }
type Machines = NonNullable<RehearsalReport['machines']>
type Counts = RehearsalReport | Machines

/** What is counted: a sign-in, or a token of a machine. */
interface Counted {
  readonly total: number
  readonly one: string
}

export function rehearsalText(report: RehearsalReport, { style }: Pick<Output, 'style'>): string {
  const { signIns, machines, live, candidate } = report
  const deployments = `${live ?? 'no live deployment'} → ${candidate ?? 'none'}`
  const hasMachines = machines !== undefined && machines.tokens > 0
  // Without users that is said only where nothing else is rehearsed.
  const sections = [
    ...(signIns > 0 || !hasMachines ? [usersText(report, style)] : []),
    ...(hasMachines ? [machinesText(machines, style)] : []),
  ]
  return sections
    .map(([head = '', ...rest], index) =>
      [index === 0 ? `${head}, ${deployments}` : head, ...rest].join('\n'),
    )
    .join('\n')
}

function usersText(report: RehearsalReport, style: Output['style']): string[] {
  const { users, signIns, suspendedUsers, usersOfSeveralOrganizations, membershipsLeftOut = 0 } = report
  const { row } = rowsIn(style)
  const signIn = { total: signIns, one: 'sign-in' }
  const several = `${counted(usersOfSeveralOrganizations, 'user')} of several organizations: rehearsed in each of them`
  const leftOut = `${counted(membershipsLeftOut, 'membership')} of users in more than ten organizations`
  return [
    `${headline(report, signIn, style)}: ${counted(users, 'user')}, ${counted(signIns, 'sign-in')}`,
    ...countsText(report, signIn, style),
    ...(suspendedUsers > 0 ? [row('left out', counted(suspendedUsers, 'suspended user'))] : []),
    ...(usersOfSeveralOrganizations > 0 ? [row('note', several)] : []),
    ...(membershipsLeftOut > 0 ? [row('left out', leftOut)] : []),
  ]
}

function machinesText(machines: Machines, style: Output['style']): string[] {
  const token = { total: machines.tokens, one: 'machine token' }
  return [
    `${headline(machines, token, style)}: ${counted(machines.tokens, token.one)}`,
    ...countsText(machines, token, style),
  ]
}

function headline(
  { changed, notRehearsed }: Counts,
  { total, one }: Counted,
  style: Output['style'],
): string {
  return changed === 0
    ? style('green', 'Nothing would change')
    : style('bold', `${share(changed, total - notRehearsed, one)} would change`)
}

function rowsIn(style: Output['style']) {
  return {
    row: (name: string, text: string) => `  ${style('dim', name.padEnd(12))}  ${text}`,
    also: (text: string) => `  ${' '.repeat(12)}  ${style('dim', text)}`,
  }
}

function countsText(
  { notRehearsed, denied, failed, claims, size, calls }: Counts,
  { one }: Counted,
  style: Output['style'],
): readonly string[] {
  const { row, also } = rowsIn(style)
  return [
    ...(denied.newly + denied.noLonger > 0
      ? [
          row('denied', bothText(denied)),
          ...denied.examples
            .slice(0, 3)
            .map(({ reason, ...who }) => also(`${whoText(who)}: ${short(reason)}`)),
        ]
      : []),
    ...(failed.newly + failed.noLonger > 0 ? [row('failed', bothText(failed))] : []),
    ...failed.places
      .slice(0, mostRows)
      .flatMap(({ code, message, at, count, examples }) => [
        row(
          '',
          `${String(count)} × ${code}: ${printable(short(message))}${at ? `  ${printable(formatLocation(at))}` : ''}`,
        ),
        ...examples.slice(0, 1).map((who) => also(whoText(who))),
      ]),
    ...claims
      .slice(0, mostRows)
      .flatMap(({ token, claim, examples, ...kinds }) => [
        row('claim', `${tokenKindLabel[token]}: ${printable(short(claim))}  ${kindsText(kinds)}`),
        ...examples
          .slice(0, 1)
          .map((example) =>
            also(`${whoText(example)}: ${valueText(example.live)} → ${valueText(example.candidate)}`),
          ),
      ]),
    ...(claims.length > mostRows
      ? [row('', `and ${String(claims.length - mostRows)} more; --json shows them`)]
      : []),
    ...(size.overBudget.newly + size.overBudget.noLonger > 0
      ? [
          row('over budget', bothText(size.overBudget)),
          ...size.overBudget.examples
            .slice(0, 3)
            .map(({ token, budget, live, candidate, ...who }) =>
              also(
                `${whoText(who)}: ${tokenKindLabel[token]} ${String(live)} → ${String(candidate)} bytes, budget ${String(budget)}`,
              ),
            ),
        ]
      : []),
    row(
      'size',
      `the largest token has ${String(size.largest.live)} → ${String(size.largest.candidate)} bytes of claims`,
    ),
    ...(notRehearsed > 0
      ? [
          row(
            'not compared',
            `${counted(notRehearsed, one)} with ${counted(calls.skipped, 'call')} that a rehearsal does not make`,
          ),
          ...calls.addresses
            .slice(0, 3)
            .map(({ method, url, count }) => also(printable(`${String(count)} × ${method} ${url}`))),
        ]
      : []),
    ...(calls.answered > 0 ? [row('calls', `${String(calls.answered)} answered from recordings`)] : []),
  ]
}

function share(count: number, of: number, one: string): string {
  const percent = of === 0 ? 0 : (count / of) * 100
  return `${count.toLocaleString('en')} of ${counted(of, one)} (${percent.toFixed(percent < 10 ? 1 : 0)} %)`
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`
}

function bothText({
  live,
  candidate,
  newly,
  noLonger,
}: Readonly<Record<'live' | 'candidate' | 'newly' | 'noLonger', number>>): string {
  return `${newly.toLocaleString('en')} newly, ${noLonger.toLocaleString('en')} no longer (${String(live)} → ${String(candidate)})`
}

function kindsText(kinds: Pick<RehearsalReport['claims'][number], 'added' | 'changed' | 'removed'>): string {
  return (['added', 'changed', 'removed'] as const)
    .filter((kind) => kinds[kind] > 0)
    .map((kind) => `${kind} ${kinds[kind].toLocaleString('en')}`)
    .join(', ')
}

function whoText({ userId, clientId = '', audience, organizationCode }: Who): string {
  const who = userId ?? `${clientId} for ${audience ?? ''}`
  return printable(organizationCode === null ? who : `${who} in ${organizationCode ?? ''}`)
}

function valueText(value: unknown): string {
  return value === undefined ? '(none)' : printable(short(JSON.stringify(value)))
}

function short(text: string): string {
  return text.length > widestValue ? `${text.slice(0, widestValue - 1).toWellFormed()}…` : text
}
