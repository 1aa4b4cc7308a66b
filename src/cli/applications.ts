// `mintage applications`: what an application needs to sign users in. Secrets are shown on request alone, to a user who has the database and
// its master key.
import { openExistingStore } from '../app/index.ts'
import type { ApplicationRecord } from '../store/index.ts'
import type { CommandArguments } from './arguments.ts'
import { projectOptions } from './choose-project.ts'
import type { Command } from './command.ts'
import { dataOptions, parseUsedDataOptions } from './data-options.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { printable, type Output } from './output.ts'

export const applicationsCommand: Command = {
  name: 'applications',
  summary: 'List applications with their client ids, redirect URIs and, on request, client secrets.',
  operands: '[options]',
  maxOperands: 0,
  options: [
    { name: 'show-secrets', summary: 'Show client secrets as well.' },
    { name: 'json', summary: 'Print one JSON document.' },
    ...projectOptions,
    ...dataOptions,
  ],
  examples: ['mintage applications', 'mintage applications --show-secrets'],
  run,
}

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const store = await openExistingStore(await parseUsedDataOptions(given))
  try {
    const { applications } = await store.directory.catalog()
    const isShown = given.has('show-secrets')
    if (given.has('json')) {
      output.print(
        JSON.stringify(
          applications.map((one) => document(one, isShown)),
          null,
          2,
        ),
      )
    } else if (applications.length === 0) {
      output.print(
        `No applications in ${store.description}. Declare them in mintage.yaml and start the server.`,
      )
    } else {
      output.print(applications.map((one) => paragraph(one, isShown, output)).join('\n\n'))
    }
    return exitCodes.ok
  } finally {
    await store.close()
  }
}

function document(application: ApplicationRecord, isShown: boolean) {
  const { clientId, name, type, authMethod, redirectUris, logoutUris, clientSecret } = application
  return {
    clientId,
    name,
    type,
    authMethod,
    redirectUris,
    logoutUris,
    ...(isShown && clientSecret !== null && { clientSecret }),
  }
}

function paragraph(application: ApplicationRecord, isShown: boolean, output: Output): string {
  const { name, type, clientId, redirectUris, logoutUris } = application
  const row = (title: string, text: string) =>
    `  ${output.style('dim', title.padEnd(13))}  ${printable(text)}`
  return [
    `${output.style('bold', printable(name))}  ${type}`,
    row('client id', clientId),
    row('client secret', secretText(application, isShown)),
    ...redirectUris.map((uri) => row('redirect', uri)),
    ...logoutUris.map((uri) => row('logout', uri)),
  ].join('\n')
}

function secretText({ clientSecret, authMethod }: ApplicationRecord, isShown: boolean): string {
  if (clientSecret === null)
    return authMethod === 'private_key_jwt' ? 'none: it has a key' : 'none: it is public'
  return isShown ? clientSecret : 'kept: --show-secrets shows it'
}
