// `mintage start`: the issuer of a project. `npm start` is this command with the demo.
import { planText } from '../directory/index.ts'
import { planServer } from '../app/index.ts'
import { findProject } from '../workflows/index.ts'
import type { CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { printable, type Output } from './output.ts'
import { parseServeOptions, serveOptions } from './serve-options.ts'
import { serve } from './serve.ts'

export const startCommand: Command = {
  name: 'start',
  summary: 'Start the issuer of the project that this folder is in, else of the demo.',
  operands: '[options]',
  maxOperands: 0,
  options: [
    ...serveOptions,
    { name: 'production', summary: 'Refuse what is fine for development only; the log is JSON.' },
    { name: 'playground', summary: 'Offer the playground in production, too.' },
    {
      name: 'project-wins',
      summary:
        'Make the project’s folder what is live, whatever was deployed. Default: what is live in the database is served.',
    },
    {
      name: 'safe-mode',
      summary: 'Run no workflow: tokens hold the default claims, which the log says with each of them.',
    },
    { name: 'dry-run', summary: 'Show what mintage.yaml would change in the directory, and change nothing.' },
  ],
  examples: ['mintage start', 'mintage start --project . --port 8080', 'mintage start --project . --dry-run'],
  run,
}

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const settings = {
    ...(await parseServeOptions(startCommand, given)),
    projectWins: given.has('project-wins'),
    isSafeMode: given.has('safe-mode'),
  }
  if (!given.has('dry-run')) return serve(settings, output)
  await findProject(settings.projectDir)
  const plan = await planServer(settings)
  output.print(
    plan.steps.length === 0
      ? 'Nothing to change: the directory is what mintage.yaml says.'
      : printable(planText(plan)),
  )
  return exitCodes.ok
}
