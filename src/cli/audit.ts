// `mintage audit`: what happened, and who did it.
import { mintageOperations } from '../management/index.ts'
import type { CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { follow } from './follow.ts'
import { foundUser } from './found-user.ts'
import { managementOptions, openManagementClient, type ManagementClient } from './management-client.ts'
import { printable, type Output } from './output.ts'
import { timeText } from './table.ts'
import { wholeNumber } from './whole-number.ts'

const defaultLimit = 50
const mostShown = 1_000

export const auditCommand: Command = {
  name: 'audit',
  summary: 'Show the audit log: sign-ins, refused tries, and each change with who made it.',
  operands: '[options]',
  maxOperands: 0,
  options: [
    { name: 'follow', summary: 'Keep printing new records until Ctrl+C.' },
    {
      name: 'who',
      value: 'USER|CLIENT',
      summary: 'Only records about this user (id, address, phone number), or of this client id.',
    },
    {
      name: 'what',
      value: 'EVENT',
      summary: 'Only this event, such as user.signed_in or management.deleteUser.',
    },
    { name: 'limit', value: 'N', summary: `Show the newest N. Default: ${defaultLimit}.` },
    { name: 'json', summary: 'Print one JSON document; with --follow, one per line.' },
    ...managementOptions,
  ],
  examples: [
    'mintage audit',
    'mintage audit --follow --what user.sign_in_failed',
    'mintage audit --who ada@example.com --json',
    'mintage audit --who b1110000000000000000000000000001 --to https://id.example.com',
  ],
  run,
}

type AuditRecord = Awaited<ReturnType<typeof read>>[number]

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const limit = wholeNumber(auditCommand, given, 'limit', 1, mostShown) ?? defaultLimit
  const [isFollowing, isJson] = [given.has('follow'), given.has('json')]
  const client = await openManagementClient(given)
  try {
    const filter = await filterOf(given, client)
    const newest = (await read(client, { ...filter, limit: String(limit) })).toReversed()
    if (isJson && !isFollowing) {
      output.print(JSON.stringify({ records: newest }, null, 2))
      return exitCodes.ok
    }
    if (newest.length === 0) output.printError(emptyText(filter, client))
    const print = (records: readonly AuditRecord[]) => {
      for (const record of records) output.print(isJson ? JSON.stringify(record) : recordLine(record))
    }
    if (!isJson && (isFollowing || newest.length > 0)) output.print(output.style('dim', header))
    print(newest)
    if (isFollowing) await goOn(newest, filter, client, print, output)
    return exitCodes.ok
  } finally {
    await client.close()
  }
}

async function goOn(
  newest: readonly AuditRecord[],
  filter: Readonly<Record<string, string>>,
  client: ManagementClient,
  print: (records: readonly AuditRecord[]) => void,
  output: Output,
): Promise<void> {
  let after = newest.at(-1)?.sequence ?? (await read(client, { limit: '1' }))[0]?.sequence ?? 0
  await follow(async () => {
    const next = await read(client, { ...filter, after: String(after), limit: String(mostShown) })
    print(next)
    after = next.at(-1)?.sequence ?? after
  }, output)
}

async function read(client: ManagementClient, query: Readonly<Record<string, string>>) {
  return (await client.call(mintageOperations.getAuditRecords, { query })).records
}

/** A client id is hexadecimal; everything else names a user. */
async function filterOf(
  given: CommandArguments,
  client: ManagementClient,
): Promise<Readonly<Record<string, string>>> {
  const [who, what] = [given.value('who'), given.value('what')]
  return {
    ...(who !== undefined && (await actorOf(who, client))),
    ...(what !== undefined && { event: what }),
  }
}

async function actorOf(who: string, client: ManagementClient): Promise<Readonly<Record<string, string>>> {
  // A user who was deleted still has records.
  if (who.startsWith('kp_')) return { user_id: who }
  const isUser = who.includes('@') || who.startsWith('+')
  return isUser ? { user_id: (await foundUser(who, client)).id } : { client_id: who }
}

function emptyText(filter: object, { where }: ManagementClient): string {
  return Object.keys(filter).length === 0
    ? `No records in ${where}.`
    : `No record of the audit log in ${where} matches. Events are spelled as user.signed_in and management.updateUser.`
}

const header = `${'TIME'.padEnd(19)}  ${'EVENT'.padEnd(34)}  ${'BY'.padEnd(32)}  ${'ABOUT'.padEnd(35)}  DETAILS`

/** Without looking at the next one, because it may not have come yet: so the columns have fixed widths. */
function recordLine({ on, event, user_id: about, client_id: by, ip, details }: AuditRecord): string {
  const cells = [
    timeText(on) ?? '-',
    event.padEnd(34),
    (by ?? '-').padEnd(32),
    (about ?? '-').padEnd(35),
    [
      ...(ip === null ? [] : [ip]),
      ...(Object.keys(details).length === 0 ? [] : [JSON.stringify(details)]),
    ].join(' '),
  ]
  return printable(cells.join('  ')).trimEnd()
}
