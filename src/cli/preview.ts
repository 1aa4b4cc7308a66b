// `mintage preview ID`: opens a deployment that is not live to single sign-ins, behind a password.
import { mintageOperations } from '../management/index.ts'
import { usage } from './arguments.ts'
import type { Command } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { managementOptions, openManagementClient } from './management-client.ts'

export const previewCommand: Command = {
  name: 'preview',
  summary: 'Let single sign-ins use a deployment that is not live, behind a password.',
  operands: 'ID [options]',
  maxOperands: 1,
  options: [
    { name: 'withdraw', summary: 'End the preview, and its sign-ins at their next refresh.' },
    { name: 'json', summary: 'Print one JSON document.' },
    ...managementOptions,
  ],
  examples: [
    'mintage preview dep_… --to https://id.example.com',
    'mintage preview dep_… --withdraw --to https://id.example.com',
  ],
  async run(given, output) {
    const [id] = given.operands
    if (id === undefined)
      throw usage(
        previewCommand,
        'mintage preview needs the ID of a deployment.',
        'mintage deployments lists them; mintage deploy --draft makes one that is not live.',
      )
    const client = await openManagementClient(given)
    const call = { path: { deployment_id: id } }
    try {
      if (given.has('withdraw')) {
        const answer = await client.call(mintageOperations.withdrawPreview, call)
        output.print(
          given.has('json') ? JSON.stringify(answer, null, 2) : `The preview of ${id} is withdrawn.`,
        )
        return exitCodes.ok
      }
      const body = { is_renewed: true }
      const opened = await client.call(mintageOperations.openPreview, { ...call, body })
      output.print(given.has('json') ? JSON.stringify(opened, null, 2) : previewText(opened))
      return exitCodes.ok
    } finally {
      await client.close()
    }
  },
}

/** For the terminal, where the password is shown this once. */
export function previewText({
  deploy_id: id,
  password,
}: {
  readonly deploy_id: string
  readonly password: string | null
}): string {
  const shown =
    password === null
      ? [`Password:  the one that was shown before; mintage preview ${id} makes another one.`]
      : [
          `Password:  ${password}`,
          `           It is not shown again; mintage preview ${id} makes another one.`,
        ]
  return [`Preview:   add deploy_id=${id} to an authorization URL.`, ...shown].join('\n')
}
