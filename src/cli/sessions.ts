// `mintage sessions`: where a user is signed in, and ending that.
import { z } from 'zod'
import { printJson, runAction, type Action, type Asked } from './actions.ts'
import type { CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { isConfirmed, yesOption } from './confirm.ts'
import type { ExitCode } from './exit-codes.ts'
import { foundUser, userName } from './found-user.ts'
import { managementOptions } from './management-client.ts'
import type { Output } from './output.ts'
import { tableText, timeText } from './table.ts'
import { viewed } from './viewed-operation.ts'

const text = z.string().nullable()
const getSessions = viewed(
  'GetUserSessions',
  z.object({
    sessions: z.array(
      z.object({
        session_id: z.string(),
        client_id: text,
        org_code: text,
        started_on: z.string(),
        updated_on: z.string(),
        expires_on: z.string(),
        last_ip_address: text,
        last_user_agent: text,
      }),
    ),
  }),
)
const deleteSessions = viewed('DeleteUserSessions', z.object({}))

export const sessionsCommand: Command = {
  name: 'sessions',
  summary: 'List the sessions of a user, or end them all.',
  operands: 'list|end USER [options]',
  maxOperands: 2,
  options: [yesOption, { name: 'json', summary: 'Print one JSON document.' }, ...managementOptions],
  examples: [
    'mintage sessions list ada@example.com',
    'mintage sessions list kp_1234 --json --to https://id.example.com',
    'mintage sessions end ada@example.com --yes',
  ],
  run,
}

const actions: Readonly<Record<string, Action>> = {
  list: { operand: 'USER', run: list },
  end: { operand: 'USER', options: ['yes'], run: end },
}

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  return runAction(sessionsCommand, actions, given, output)
}

async function list({ operand, client, given, output }: Asked): Promise<void> {
  const user = await foundUser(operand, client)
  const { sessions } = await client.call(getSessions, { path: { user_id: user.id } })
  if (given.has('json')) return printJson({ sessions }, output)
  if (sessions.length === 0) return output.printError(`${userName(user)} is not signed in anywhere.`)
  output.print(
    tableText(
      [
        { title: 'LAST VISIT', cell: (one) => timeText(one.updated_on) },
        { title: 'STARTED', cell: (one) => timeText(one.started_on) },
        { title: 'EXPIRES', cell: (one) => timeText(one.expires_on) },
        { title: 'APPLICATION', cell: (one) => one.client_id },
        { title: 'ORGANIZATION', cell: (one) => one.org_code },
        { title: 'ADDRESS', cell: (one) => one.last_ip_address },
        { title: 'BROWSER', cell: (one) => one.last_user_agent },
      ],
      sessions,
      output,
    ),
  )
}

async function end({ operand, client, given, output }: Asked): Promise<void> {
  const user = await foundUser(operand, client)
  const question = `Sign ${userName(user)} out everywhere? Sessions and refresh tokens end.`
  if (!(await isConfirmed(question, sessionsCommand, given, output))) return
  await client.call(deleteSessions, { path: { user_id: user.id } })
  if (given.has('json')) return printJson({ user: { id: user.id } }, output)
  output.print(`${userName(user)} is signed out everywhere.`)
}
