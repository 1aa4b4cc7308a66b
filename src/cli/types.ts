// `mintage types`: what the tokens of this environment hold, for the code that reads them. The project and its applications decide what
// is written; recorded invocations are only held against it, so the same project gives the same file.
import { openSandbox } from '../runtime/index.ts'
import {
  recordedClaims,
  reservedClaims,
  tokenClaimSchemas,
  tokenJsonSchema,
  typeScriptOf,
  type RecordedClaims,
  type SetClaim,
} from '../tokens/index.ts'
import { buildProject, findProject, readClaimTypes, type WorkflowDeployment } from '../workflows/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import { chooseProject, projectOptions } from './choose-project.ts'
import type { Command } from './command.ts'
import { dataOptions } from './data-options.ts'
import { errorText, warningText } from './error-text.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { printable, type Output } from './output.ts'
import { readSourceLine } from './source-line.ts'
import { writeTextFile } from './text-file.ts'
import { claimsSetBy, type ClaimsOfWorkflows } from './types-of-workflows.ts'
import { mintingEnvironment, type MintingEnvironment } from './types-environment.ts'

export const typesCommand: Command = {
  name: 'types',
  summary: 'Write TypeScript types, or a JSON Schema, of the tokens that are minted.',
  operands: '[DIR] [options]',
  maxOperands: 1,
  options: [
    { name: 'client', value: 'ID', summary: 'Only tokens of this client id. Default: of every application.' },
    { name: 'out', value: 'FILE', summary: 'Write to this file. Default: standard output.' },
    { name: 'json-schema', summary: 'Write a JSON Schema (2020-12) instead of TypeScript.' },
    ...projectOptions,
    ...dataOptions,
  ],
  examples: [
    'mintage types --out src/tokens.ts',
    'mintage types --client d3300000000000000000000000000001 --json-schema --out tokens.schema.json',
  ],
  run,
}

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const project = await chooseProject(withOperand(given))
  const workflows = await buildWorkflows(project.dir, output)
  if (workflows === undefined) return exitCodes.build
  const environment = await mintingEnvironment(given, project)
  const set = claimsSetBy(workflows, await readClaimTypes(project.dir, workflows))
  for (const warning of set.warnings) output.printError(warningText(warning, output.styleError))

  const claims = (setClaims: readonly SetClaim[]) => tokenClaimSchemas(environment.applications, setClaims)
  const recorded = recordedClaims(claims(set.claims), environment.issued)
  const known = set.isTyped ? set.claims : [...set.claims, ...unknownTypes(recorded)]
  const about = aboutText(given, environment, set)
  const schema = tokenJsonSchema(claims(known), about)
  const text = given.has('json-schema') ? `${JSON.stringify(schema, null, 2)}\n` : typeScriptOf(schema, about)
  const file = given.value('out')
  if (file === undefined) output.print(text.trimEnd())
  else await writeTextFile(file, text)
  report(recorded, environment, set, output)
  if (file !== undefined) output.printError(`Wrote ${file}.`)
  return exitCodes.ok
}

/** DIR is --project, which chooses the data as well. */
function withOperand(given: CommandArguments): CommandArguments {
  const [dir] = given.operands
  if (dir === undefined) return given
  if (given.value('project') !== undefined) throw usage(typesCommand, 'DIR and --project exclude each other.')
  return { ...given, value: (option) => (option === 'project' ? dir : given.value(option)) }
}

/** Undefined when the project does not build, which has been shown. */
async function buildWorkflows(
  dir: string,
  output: Output,
): Promise<readonly WorkflowDeployment[] | undefined> {
  const sandbox = await openSandbox({ threads: 1 })
  try {
    const built = await buildProject(await findProject(dir), sandbox, { reservedClaims })
    for (const failure of built.failures)
      output.printError(errorText(failure, await readSourceLine(failure.at, dir), output.styleError))
    return built.failures.length > 0 ? undefined : built.deployments
  } finally {
    await sandbox.close()
  }
}

/** Without types, the names of claims that were seen are all there is to say. */
function unknownTypes({ undeclared }: RecordedClaims): SetClaim[] {
  return undeclared.map(({ token, claim }) => ({ token, name: claim, schema: {}, isOptional: true }))
}

function aboutText(
  given: CommandArguments,
  { applications }: MintingEnvironment,
  { isTyped }: ClaimsOfWorkflows,
): string[] {
  const [first] = applications
  const whose =
    given.value('client') === undefined || first === undefined
      ? 'For every application.'
      : `For the application ${printable(first.name)} (${first.clientId}).`
  return [
    'Claims of the tokens that this environment mints. Made by mintage types: run it again instead of editing this file.',
    whose,
    ...(isTyped ? [] : ['What workflows set is unknown, because their types could not be read.']),
  ]
}

function report(
  { tokens, unfit, missing, undeclared }: RecordedClaims,
  { description }: MintingEnvironment,
  { isTyped }: ClaimsOfWorkflows,
  output: Output,
): void {
  const warn = (message: string) =>
    output.printError(warningText({ code: 'claims_differ', message }, output.styleError))
  for (const { token, claim, count, example, problem } of unfit)
    warn(`${token}.${claim} does not fit its type in ${tokensText(count)}: ${problem} (${example}).`)
  for (const { token, claim, count, example } of missing)
    warn(
      `${token}.${claim} is missing in ${tokensText(count)}, though its type says that it is always there (${example}).`,
    )
  for (const { token, claim, count, example } of isTyped ? undeclared : [])
    warn(`${token}.${claim} is set in ${tokensText(count)} and has no type (${example}).`)
  output.printError(
    `${description}${tokens > 0 ? ` Compared with ${tokensText(tokens)} of recorded invocations.` : ''}`,
  )
}

function tokensText(count: number): string {
  return count === 1 ? '1 token' : `${String(count)} tokens`
}
