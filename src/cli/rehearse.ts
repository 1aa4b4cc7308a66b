// `mintage rehearse`: what would this project do? Without --fuzz for the users of a server, with --fuzz for events that are valid and rare.
import type { RehearsalReport } from '../rehearsal/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import { answerOption } from './answer-option.ts'
import type { Command } from './command.ts'
import { errorText } from './error-text.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { managementOptions, openManagementClient, type ManagementClient } from './management-client.ts'
import type { Output } from './output.ts'
import { rehearsalText } from './rehearsal-text.ts'
import { mostChanged, rehearseDeployment, tooMuchChanged } from './rehearse-deployment.ts'
import { fuzzProject } from './rehearse-fuzz.ts'
import { buildUpload } from './upload-project.ts'
import { wholeNumber } from './whole-number.ts'

export const rehearseCommand: Command = {
  name: 'rehearse',
  summary: 'Show what a project would do for the users of a server, without issuing anything.',
  operands: '[--with DIR] [options]',
  maxOperands: 0,
  options: [
    {
      name: 'with',
      value: 'DIR',
      summary: 'The project to rehearse. Default: the one of the current folder.',
    },
    { name: 'deployment', value: 'ID', summary: 'Rehearse this deployment of the server instead.' },
    { name: 'all', summary: 'All users. Default: a sample of 1000.' },
    { name: 'sample', value: 'N', summary: 'So many users, chosen at random.' },
    { name: 'org', value: 'CODE', summary: 'The members of this organization, who sign in to it.' },
    {
      name: 'client',
      value: 'ID',
      repeatable: true,
      summary: 'Tokens of this application, which may be a machine. Default: of every application.',
    },
    {
      name: 'scope',
      value: 'SCOPES',
      summary: 'What they ask for. Default: "openid profile email offline".',
    },
    {
      name: 'audience',
      value: 'URL',
      repeatable: true,
      summary: 'The API that they ask for. Default: none.',
    },
    {
      name: 'budget',
      value: 'BYTES',
      summary: 'Report tokens whose claims grow over this. Default: tokenBudget of the application, or 4096.',
    },
    {
      name: 'max-changed',
      value: 'N%',
      summary: 'Exit with 4 when more sign-ins, or tokens of machines, would change.',
    },
    { name: 'json', summary: 'Print one JSON document.' },
    {
      name: 'fuzz',
      summary:
        'Try random but valid events and users, and print the smallest event that breaks a workflow. Needs no server.',
    },
    { name: 'runs', value: 'N', summary: 'With --fuzz: events for each workflow. Default: 1000.' },
    { name: 'seed', value: 'N', summary: 'With --fuzz: the same seed tries the same events again.' },
    {
      name: 'case',
      value: 'FILE',
      summary: 'With --fuzz: write the smallest event to this file, as a case.',
    },
    { ...answerOption, summary: `With --fuzz: ${answerOption.summary}` },
    { name: 'env', value: 'NAME=VALUE', repeatable: true, summary: 'With --fuzz: an environment variable.' },
    { name: 'secret', value: 'NAME=VALUE', repeatable: true, summary: 'With --fuzz: a secret variable.' },
    ...managementOptions,
  ],
  examples: [
    'mintage rehearse --to https://id.example.com',
    'mintage rehearse --with ./project --all --max-changed 5% --to https://id.example.com',
    'mintage rehearse --fuzz --seed 42 --case broken.json',
  ],
  run,
}

const ofFuzz = ['runs', 'seed', 'case', answerOption.name, 'env', 'secret'] as const
const ofUsers = [
  'deployment',
  'all',
  'sample',
  'org',
  'client',
  'scope',
  'audience',
  'budget',
  'max-changed',
  'to',
] as const

function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const isFuzz = given.has('fuzz')
  const foreign = (isFuzz ? ofUsers : ofFuzz).find((option) => given.has(option))
  if (foreign !== undefined) {
    const rule = isFuzz ? 'does not go with --fuzz' : 'needs --fuzz'
    throw usage(rehearseCommand, `--${foreign} ${rule}.`)
  }
  return isFuzz ? fuzzProject(rehearseCommand, given, output) : rehearseUsers(given, output)
}

async function rehearseUsers(given: CommandArguments, output: Output): Promise<ExitCode> {
  const asked = askedUsers(given)
  const most = mostChanged(rehearseCommand, given)
  const client = await openManagementClient(given)
  try {
    const deployment = given.value('deployment') ?? (await uploadedDraft(given, client, output))
    if (deployment === undefined) return exitCodes.build
    const report = await rehearseDeployment({ deployment_id: deployment, ...asked }, client, output)
    output.print(given.has('json') ? JSON.stringify(report, null, 2) : rehearsalText(report, output))
    return verdict(report, most, output)
  } finally {
    await client.close()
  }
}

function verdict(report: RehearsalReport, most: number | undefined, output: Output): ExitCode {
  const error = tooMuchChanged(report, most)
  if (error === undefined) return exitCodes.ok
  output.printError(errorText(error, undefined, output.styleError))
  return exitCodes.failed
}

/** Undefined when it does not build here or there; that has been shown. */
async function uploadedDraft(
  given: CommandArguments,
  client: ManagementClient,
  output: Output,
): Promise<string | undefined> {
  const dir = given.value('with') ?? given.value('project') ?? '.'
  const upload = await buildUpload(dir, { isJson: given.has('json'), types: 'off', output, client })
  return (await upload?.send({ isDraft: true }))?.deployment.id
}

function askedUsers(given: CommandArguments) {
  if (['all', 'sample', 'org'].filter((option) => given.has(option)).length > 1)
    throw usage(rehearseCommand, '--all, --sample and --org exclude each other.')
  if (given.has('deployment') && given.has('with'))
    throw usage(rehearseCommand, '--deployment and --with exclude each other.')
  const sample = wholeNumber(rehearseCommand, given, 'sample', 1, 10_000_000)
  const budget = wholeNumber(rehearseCommand, given, 'budget', 1, 1_000_000)
  const [organization, clients, scope, audiences] = [
    given.value('org'),
    given.values('client'),
    given.value('scope'),
    given.values('audience'),
  ]
  return {
    ...(given.has('all') && { all: true as const }),
    ...(sample !== undefined && { sample }),
    ...(organization !== undefined && { org_code: organization }),
    ...(clients.length > 0 && { client_ids: clients }),
    ...(scope !== undefined && { scopes: scope.split(/\s+/).filter((one) => one !== '') }),
    ...(audiences.length > 0 && { audiences }),
    ...(budget !== undefined && { budget_bytes: budget }),
  }
}
