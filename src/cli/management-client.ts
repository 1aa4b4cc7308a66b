// How a command reaches Mintage's own operations. With --to URL it is a client of that server's management API, with a machine's
// credentials out of the environment; without, the same operations run here on the project's database. Either way the command gets the
// operation's answer, or an AppError that says what is wrong and what to do.
import type { z } from 'zod'
import { openLocalManagement } from '../app/index.ts'
import { ConfigError } from '../errors/index.ts'
import { RequestError, type DeclaredOperation } from '../management/index.ts'
import type { CommandArguments } from './arguments.ts'
import { chooseProject, projectOptions } from './choose-project.ts'
import type { CommandOption } from './command.ts'
import { dataOptions, parseUsedDataOptions } from './data-options.ts'
import { refusal, tooLarge } from './management-refusal.ts'
import { openRemoteManagement } from './remote-management.ts'

/** For each command that uses a ManagementClient. */
export const managementOptions: readonly CommandOption[] = [
  {
    name: 'to',
    value: 'URL',
    summary:
      'The server, by the address of its issuer, with the credentials of a machine in MINTAGE_CLIENT_ID and MINTAGE_CLIENT_SECRET, or a token in MINTAGE_TOKEN. Without it, the database of the project.',
  },
  ...projectOptions,
  ...dataOptions,
]

export interface ManagementClient {
  /** The server's address, or which database: for the terminal. */
  readonly where: string
  /** Rejects with AppError. */
  call<Path extends string, Query extends z.ZodObject, Body extends z.ZodObject, Answer extends z.ZodObject>(
    operation: DeclaredOperation<Path, Query, Body, Answer>,
    input?: OperationCall,
  ): Promise<z.output<Answer>>
  /** A server does background work by itself; beside a database without one, this process does. */
  beginWork(): Promise<void>
  close(): Promise<void>
}

export interface OperationCall {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** Throws ConfigError, StoreError, ServerError. */
export async function openManagementClient(given: CommandArguments): Promise<ManagementClient> {
  const to = given.value('to')
  if (to === undefined) return openLocalClient(given)
  for (const name of ['project', 'demo', 'data-dir', 'database-url']) {
    if (given.has(name))
      throw new ConfigError('usage', `--to names a server, and --${name} a database beside it.`, {
        hint: `Give one of both.`,
      })
  }
  return checkedClient(openRemoteManagement(to))
}

/** What a server cannot take is refused before it is sent, and beside a database alike. */
function checkedClient(client: ManagementClient): ManagementClient {
  return {
    ...client,
    call(operation, input = {}) {
      for (const [name, value] of Object.entries(input.path ?? {})) {
        // A URL drops these segments (https://url.spec.whatwg.org/#path-state), so the request would reach another operation.
        if (['', '.', '..'].includes(value))
          throw new ConfigError(
            'usage',
            `${JSON.stringify(value)} is not a valid ${name.replaceAll('_', ' ')}.`,
          )
      }
      if (operation.mostBodyBytes !== undefined) {
        const bytes = Buffer.byteLength(JSON.stringify(input.body) ?? '')
        if (bytes > operation.mostBodyBytes) throw tooLarge(client.where, bytes)
      }
      return client.call(operation, input)
    },
  }
}

async function openLocalClient(given: CommandArguments): Promise<ManagementClient> {
  const { dir: projectDir } = await chooseProject(given)
  const local = await openLocalManagement({ ...(await parseUsedDataOptions(given)), projectDir })
  const { deps, caller, store } = local
  return checkedClient({
    where: store.description,
    async call(operation, { path = {}, query = {}, body } = {}) {
      try {
        const answer = await operation.run({ path, query, body }, deps, caller)
        // As it would come over the wire: without what is undefined.
        return operation.answer.parse(JSON.parse(JSON.stringify(answer)))
      } catch (error) {
        if (error instanceof RequestError) throw refusal(error.problems, operation, store.description)
        throw error
      }
    },
    beginWork: () => local.beginWork(),
    close: () => local.close(),
  })
}
