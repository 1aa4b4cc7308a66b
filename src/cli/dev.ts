// `mintage dev`: the same server while one edits the project. Each edit is taken over or reported with its error, and each run of a
// workflow is shown whole: what it did to both tokens, its console, its calls. Types are checked beside it.
import { answerOption, readAnswers } from './answer-option.ts'
import type { CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import type { ExitCode } from './exit-codes.ts'
import { invocationReport } from './invocation-report.ts'
import type { Output } from './output.ts'
import { projectChangeText } from './project-change-text.ts'
import { parseServeOptions, serveOptions } from './serve-options.ts'
import { serve } from './serve.ts'
import { followTypes } from './type-problems.ts'

export const devCommand: Command = {
  name: 'dev',
  summary: 'Start the server, apply each edit of the project, and show each invocation.',
  operands: '[options]',
  maxOperands: 0,
  options: [...serveOptions, answerOption],
  examples: [
    'mintage dev',
    'mintage dev --project .',
    "mintage dev --project . --answer 'https://crm.example.com/*=customer.json'",
  ],
  run,
}

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const answers = await readAnswers(devCommand.name, given)
  const settings = { ...(await parseServeOptions(devCommand, given)), ...(answers && { answers }) }
  const types = followTypes(output)
  return serve(settings, output, {
    onInvocation: (invocation) => output.print(`\n${invocationReport(invocation, output)}`),
    onProjectChange(change) {
      const text = projectChangeText(change, output)
      if (text !== undefined) output.print(`\n${text}`)
      if (change.kind === 'built' || change.kind === 'unchanged') types.check(change.status)
    },
    onStart: ({ project }) => types.check(project.status()),
    onStop: () => types.stop(),
  })
}
