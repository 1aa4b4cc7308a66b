// `mintage dev`: the same server while one edits the project. Each edit is taken over or reported with its error, and each run of a
// workflow is shown whole: what it did to both tokens, its console, its calls. Types are checked beside it, or first when they are strict.
import { answerOption, readAnswers } from './answer-option.ts'
import type { Forwarded } from '../app/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import type { ExitCode } from './exit-codes.ts'
import { invocationReport } from './invocation-report.ts'
import { printable, type Output } from './output.ts'
import { projectChangeText } from './project-change-text.ts'
import { parseServeOptions, serveOptions } from './serve-options.ts'
import { serve } from './serve.ts'
import { followTypes } from './type-problems.ts'

export const devCommand: Command = {
  name: 'dev',
  summary: 'Start the server, apply each edit of the project, and show each invocation.',
  operands: '[options]',
  maxOperands: 0,
  options: [
    ...serveOptions,
    answerOption,
    {
      name: 'strict-types',
      summary: 'Do not serve a workflow with type errors; the project needs TypeScript.',
    },
    {
      name: 'forward-webhooks',
      value: 'URL',
      summary: 'Send every event to this address as a webhook, without one being registered.',
    },
  ],
  examples: [
    'mintage dev',
    'mintage dev --project .',
    'mintage dev --strict-types',
    'mintage dev --forward-webhooks http://localhost:3000/hook',
    "mintage dev --project . --answer 'https://crm.example.com/*=customer.json'",
  ],
  run,
}

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const answers = await readAnswers(devCommand.name, given)
  const forwardWebhooks = webAddress(given.value('forward-webhooks'))
  const strictTypes = given.has('strict-types')
  const settings = {
    ...(await parseServeOptions(devCommand, given)),
    strictTypes,
    ...(answers && { answers }),
    ...(forwardWebhooks !== undefined && { forwardWebhooks }),
  }
  // When they are strict, each build has checked them before it is served.
  const types = strictTypes ? undefined : followTypes(output)
  return serve(settings, output, {
    onForwarded: (forwarded) => output.print(forwardedText(forwarded, output)),
    onInvocation: (invocation) => output.print(`\n${invocationReport(invocation, output)}`),
    onProjectChange(change) {
      const text = projectChangeText(change, output)
      if (text !== undefined) output.print(`\n${text}`)
      if (change.kind === 'built' || change.kind === 'unchanged') types?.check(change.status)
    },
    onStart: ({ project }) => types?.check(project.status()),
    onStop: () => types?.stop(),
  })
}

function webAddress(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const isWeb = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
  if (isWeb) return text
  throw usage(devCommand, '--forward-webhooks needs an address that begins with http:// or https://.')
}

/** A line for each attempt. The address may hold a secret and is not repeated. */
function forwardedText({ type, eventId, status, error, againInMs }: Forwarded, { style }: Output): string {
  const event = `webhook ${type} ${style('dim', eventId)}`
  if (status !== null) return `${event} ${style(status < 300 ? 'green' : 'red', String(status))}`
  const again = againInMs === undefined ? '' : `, again in ${againInMs / 1_000} s`
  return `${event} ${style('red', 'not delivered')}: ${printable(error ?? 'no answer')}${again}`
}
