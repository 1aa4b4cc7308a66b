// Where an import reads from: an export in files, or the API of the other system.
import { setTimeout } from 'node:timers/promises'
import { resolve } from 'node:path'
import { environmentVariable, readKindeCredentials } from '../config/index.ts'
import { ConfigError, ServerError } from '../errors/index.ts'
import {
  openAuth0Export,
  openCsv,
  openKindeApi,
  openKindeExport,
  openMintageExport,
  type ImportSource,
} from '../transfer/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { openServerSession, type ServerSession } from './server-session.ts'

const files: Readonly<Record<string, (path: string) => Promise<ImportSource>>> = {
  kinde: openKindeExport,
  auth0: openAuth0Export,
  csv: openCsv,
  mintage: (path) => openMintageExport(path, environmentVariable),
}

/** The systems that an import may be from. */
export const systems: readonly string[] = Object.keys(files)

export interface OpenedSource {
  readonly source: ImportSource
  close(): Promise<void>
}

/** Throws ConfigError, ServerError. */
export async function openSource(
  command: Command,
  system: string,
  given: CommandArguments,
): Promise<OpenedSource> {
  const open = Object.hasOwn(files, system) ? files[system] : undefined
  if (open === undefined)
    throw usage(command, `Name the system that the export comes from: ${systems.join(', ')}.`)
  const [from, fromApi] = [given.value('from'), given.value('from-api')]
  if ((from === undefined) === (fromApi === undefined))
    throw usage(command, 'Name the export with --from, or the address of Kinde with --from-api.')
  if (from !== undefined) return { source: await open(resolve(from)), close: () => Promise.resolve() }
  if (system !== 'kinde' || fromApi === undefined) throw usage(command, '--from-api reads from Kinde alone.')
  return openApi(fromApi)
}

async function openApi(to: string): Promise<OpenedSource> {
  const credentials = readKindeCredentials()
  if (credentials === undefined)
    throw new ConfigError('credentials_missing', `There are no credentials for ${to}.`, {
      hint: 'Set KINDE_MANAGEMENT_CLIENT_ID and KINDE_MANAGEMENT_CLIENT_SECRET to those of a machine application that is authorized for the management API.',
    })
  const session = openServerSession(to, {
    credentials,
    limits: { callMs: 60_000, callBytes: 64 * 1024 * 1024 },
    credentialsHint:
      'Check KINDE_MANAGEMENT_CLIENT_ID and KINDE_MANAGEMENT_CLIENT_SECRET, and that the application is authorized for the management API.',
  })
  try {
    const source = await openKindeApi(session.where, (path, query = {}) => answerOf(session, path, query))
    return { source, close: () => session.close() }
  } catch (error) {
    await session.close()
    throw error
  }
}

/** Longer than Kinde's window of a minute, and no longer. */
const mostWaits = 10

async function answerOf(
  session: ServerSession,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<unknown> {
  const asked = `/api/v1${path}${Object.keys(query).length === 0 ? '' : `?${new URLSearchParams(query).toString()}`}`
  for (let wait = 0; ; wait += 1) {
    const { status, headers, json } = await session.ask(asked, { method: 'GET' })
    if (status < 400 && json !== undefined) return json
    if (status === 429 && wait < mostWaits) {
      const seconds = Number(headers.get('ratelimit-reset') ?? headers.get('retry-after') ?? 1)
      await setTimeout(1_000 * Math.min(60, Math.max(1, Number.isFinite(seconds) ? seconds : 1)))
      continue
    }
    if (status === 403)
      throw new ServerError('server_refused', `${session.where} refuses GET ${asked}: ${refusalOf(json)}.`, {
        hint: 'Give the machine application the scopes read:users, read:organizations, read:organization_users, read:organization_properties, read:organization_feature_flags, read:roles, read:role_permissions, read:permissions, read:properties, read:environment_feature_flags, read:apis, read:applications, read:applications_redirect_uris and read:application_logout_uris.',
      })
    throw new ServerError(
      'server_unreachable',
      `${session.where} answers GET ${asked} with status ${status}, and not as Kinde does: ${refusalOf(json)}.`,
    )
  }
}

function refusalOf(json: unknown): string {
  const [problem] = [Object(json).errors].flat()
  const message: unknown = Object(problem).message
  return typeof message === 'string' ? message.replace(/\.$/, '') : 'it says no reason'
}
