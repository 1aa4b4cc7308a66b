// `mintage deploy`: builds the project here, uploads it as a draft, shows what it would change, and makes it live.
import { AppError } from '../errors/index.ts'
import { mintageOperations } from '../management/index.ts'
import type { RehearsalReport } from '../rehearsal/index.ts'
import { folderIsServed } from './activate.ts'
import { usage, type CommandArguments } from './arguments.ts'
import { chooseProject } from './choose-project.ts'
import type { Command } from './command.ts'
import { errorText } from './error-text.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { managementOptions, openManagementClient, type ManagementClient } from './management-client.ts'
import type { Output } from './output.ts'
import { previewText } from './preview.ts'
import { rehearsalText } from './rehearsal-text.ts'
import { mostChanged, rehearseDeployment, tooMuchChanged } from './rehearse-deployment.ts'
import { givenTypesMode, typesOptions } from './type-problems.ts'
import { buildUpload, type UploadAnswer } from './upload-project.ts'

export const deployCommand: Command = {
  name: 'deploy',
  summary: 'Build the project and make it what a running server runs.',
  operands: '[DIR] [options]',
  maxOperands: 1,
  options: [
    {
      name: 'draft',
      summary: 'Upload and check, leave what is live as it is, and open a preview with a password.',
    },
    {
      name: 'max-changed',
      value: 'N%',
      summary: 'Do not activate when more sign-ins of a sample would change.',
    },
    { name: 'no-rehearsal', summary: 'Activate without comparing a sample of users first.' },
    ...typesOptions,
    { name: 'json', summary: 'Print one JSON document.' },
    ...managementOptions,
  ],
  examples: [
    'mintage deploy --to https://id.example.com',
    'mintage deploy ./project --to https://id.example.com --draft',
    'mintage deploy --max-changed 5% --to https://id.example.com',
    'mintage deploy',
  ],
  run,
}

/** Users whose tokens are compared before a deployment is live. */
const rehearsedSample = 500

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const isJson = given.has('json')
  const isDraft = given.has('draft')
  const most = mostChanged(deployCommand, given)
  if (given.has('no-rehearsal') && most !== undefined)
    throw usage(deployCommand, '--max-changed needs the rehearsal that --no-rehearsal leaves out.')
  const types = givenTypesMode(deployCommand, given)
  const { dir, data } = await chosen(given)
  const client = await openManagementClient(data)
  try {
    const upload = await buildUpload(dir, { isJson, types, output, client })
    const draft = await upload?.send({ isDraft: true })
    if (!upload || !draft) return exitCodes.build
    const isRehearsed = !isDraft && !given.has('no-rehearsal') && draft.deployment.status !== 'Live'
    const report = isRehearsed ? await rehearsed(draft.deployment.id, most, client, output) : undefined
    const refused = report && tooMuchChanged(report, most)
    const rehearsedTokens = (report?.signIns ?? 0) + (report?.machines?.tokens ?? 0)
    if (report && rehearsedTokens > 0 && !isJson) output.print(rehearsalText(report, output))
    if (refused) {
      if (isJson) output.print(JSON.stringify({ ...draft, rehearsal: report }, null, 2))
      output.printError(errorText(refused, undefined, output.styleError))
      output.printError(`${draft.deployment.id} is stored as a draft. What was live still is.`)
      return exitCodes.failed
    }
    const answer = isDraft ? draft : await upload.send({ isDraft: false })
    if (!answer) return exitCodes.build
    const isPreviewed = isDraft && answer.deployment.status !== 'Live'
    const preview = isPreviewed ? await previewOf(answer.deployment.id, client) : undefined
    if (isJson) {
      const whole = { ...answer, ...(preview && { preview }), ...(report && { rehearsal: report }) }
      output.print(JSON.stringify(whole, null, 2))
    } else {
      output.print(resultText(answer, isDraft))
      if (preview) output.print(previewText(preview))
    }
    if (!isJson && !answer.is_followed) output.printError(folderIsServed)
    return exitCodes.ok
  } finally {
    await client.close()
  }
}

interface Chosen {
  /** What is deployed. */
  readonly dir: string
  /** With the options that choose the database. */
  readonly data: CommandArguments
}

/** Outside a project DIR chooses the data as --project does, because nothing but --demo may mean those of the demo. */
async function chosen(given: CommandArguments): Promise<Chosen> {
  const [operand] = given.operands
  if (given.has('to')) return { dir: operand ?? '.', data: given }
  const { by, dir } = await chooseProject(given)
  if (operand === undefined) return { dir: by === 'default' ? '.' : dir, data: given }
  const value = (option: string) => (option === 'project' ? operand : given.value(option))
  return { dir: operand, data: by === 'default' ? { ...given, value } : given }
}

/** A draft is there to be looked at: its preview is open from the start. */
function previewOf(id: string, client: ManagementClient) {
  return client.call(mintageOperations.openPreview, {
    path: { deployment_id: id },
    body: { is_renewed: false },
  })
}

/** Undefined when the machine may not rehearse and nothing depends on it: then it says so and goes on. */
async function rehearsed(
  id: string,
  most: number | undefined,
  client: ManagementClient,
  output: Output,
): Promise<RehearsalReport | undefined> {
  try {
    return await rehearseDeployment({ deployment_id: id, sample: rehearsedSample }, client, output)
  } catch (error) {
    if (most !== undefined || !(error instanceof AppError) || error.code !== 'scope_missing') throw error
    output.printError('Not rehearsed: the machine has neither create:rehearsals nor read:rehearsals.')
    return undefined
  }
}

function resultText(
  { deployment: { id, status }, is_activated: isActivated, previous_deployment_id: previous }: UploadAnswer,
  isDraft: boolean,
): string {
  if (!isActivated)
    return isDraft
      ? `${id} is stored (${status}) and was not activated. mintage activate ${id} makes it live.`
      : `${id} is ${status}.`
  if (previous === id) return `${id} was live already: nothing changed.`
  return previous === null
    ? `${id} is live.`
    : `${id} is live. Before it was ${previous}; mintage rollback goes back.`
}
