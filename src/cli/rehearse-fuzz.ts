// `mintage rehearse --fuzz`: random but valid events for each workflow of a project, in a sandbox of this process. Nothing goes out.
import { randomInt } from 'node:crypto'
import { runLimits } from '../app/index.ts'
import type { MintageFile } from '../config/index.ts'
import { loadFuzz, openArena, type FuzzRequest, type FuzzResult } from '../rehearsal/index.ts'
import type { Environment, Sandbox } from '../runtime/index.ts'
import { reservedClaims, tokenTriggers } from '../tokens/index.ts'
import {
  buildProject,
  deploymentId,
  findProject,
  sourceLineAt,
  workflowsOfTrigger,
  type ServingDeployment,
} from '../workflows/index.ts'
import { readCaseAnswers } from './answer-option.ts'
import type { CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { errorText } from './error-text.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { readGivenFile } from './given-project.ts'
import { printable, type Output } from './output.ts'
import { parseEnvironment } from './run-options.ts'
import { readSourceLine } from './source-line.ts'
import { writePrivateFile } from './text-file.ts'
import { wholeNumber } from './whole-number.ts'

interface Tried extends FuzzResult {
  readonly trigger: FuzzRequest['trigger']
  readonly serving: ServingDeployment
}

/** Throws ConfigError, MintageFileError, WorkflowError, SandboxError. */
export async function fuzzProject(
  command: Command,
  given: CommandArguments,
  output: Output,
): Promise<ExitCode> {
  const runs = wholeNumber(command, given, 'runs', 1, 1_000_000) ?? 1_000
  const seed = wholeNumber(command, given, 'seed', 0, 2 ** 31 - 1) ?? randomInt(2 ** 31 - 1)
  const project = await findProject(given.value('with') ?? '.')
  const file = await readGivenFile(project.dir)
  const limits = runLimits(file.settings.limits)
  const answers = { given: await readCaseAnswers(command.name, given) }
  const environment = { ...declaredEnvironment(file), ...parseEnvironment(given, command) }
  const sandbox = await openArena(limits.memoryBytes)
  try {
    const built = await build(project, file, sandbox)
    if (built.failures.length > 0) {
      for (const failure of built.failures)
        output.printError(
          errorText(failure, await readSourceLine(failure.at, project.dir), output.styleError),
        )
      return exitCodes.build
    }
    const { fuzz } = await loadFuzz()
    const tried: Tried[] = []
    for (const { trigger, serving } of built.serving) {
      const applications = Object.values(file.applications)
        .filter(({ type }) => (type === 'm2m') === (trigger === 'm2m:token_generation'))
        .map(({ tokens: { accessToken = [], idToken = [], properties = [] } = {} }) => ({
          customization: { accessToken, idToken, properties },
        }))
      // oxlint-disable-next-line no-await-in-loop -- one workflow after the other: each keeps the threads busy by itself
      const result = await fuzz(
        { trigger, runs, seed, applications },
        {
          sandbox,
          serving,
          environment,
          limits,
          strictClaims: file.settings.strictClaims,
          claimsRules: file.settings.claims,
          answers,
        },
      )
      tried.push({ ...result, trigger, serving })
    }
    await tell(tried, seed, given, output)
    return tried.some(({ finding }) => finding) ? exitCodes.failed : exitCodes.ok
  } finally {
    await sandbox.close()
  }
}

function declaredEnvironment({ environmentVariables }: MintageFile): Environment {
  return Object.fromEntries(
    Object.entries(environmentVariables).map(([name, { value, isSecret = false }]) => [
      name,
      { value: value.reveal(), isSecret },
    ]),
  )
}

async function build(
  project: Awaited<ReturnType<typeof findProject>>,
  { settings }: MintageFile,
  sandbox: Sandbox,
) {
  const { deployments, failures } = await buildProject(project, sandbox, {
    reservedClaims,
    strictBindings: settings.strictBindings,
    secureFetchEncoding: settings.secureFetch.encoding,
  })
  const serving = tokenTriggers.flatMap((trigger) => {
    const workflows = workflowsOfTrigger(deployments, trigger)
    return workflows ? [{ trigger, serving: { id: deploymentId(deployments), workflows } }] : []
  })
  return { failures, serving }
}

async function tell(
  tried: readonly Tried[],
  seed: number,
  given: CommandArguments,
  output: Output,
): Promise<void> {
  const found = tried.find(({ finding }) => finding)
  const path = given.value('case')
  if (path !== undefined && found?.finding)
    await writePrivateFile(path, `${JSON.stringify(found.finding.smallest, null, 2)}\n`)
  if (given.has('json')) {
    output.print(JSON.stringify({ seed, workflows: tried.map(shown) }, null, 2))
    return
  }
  if (tried.length === 0) output.print('No workflow of this project shapes tokens.')
  for (const one of tried) tellOne(one, seed, path, output)
}

function shown({ trigger, serving, runs, denied, notJudged, isCutShort, finding }: Tried) {
  const workflows = serving.workflows.map(({ manifest, file }) => ({ id: manifest.id, file }))
  return {
    trigger,
    workflows,
    runs,
    denied,
    notJudged,
    isCutShort,
    finding: finding ? { error: finding.failure, case: finding.smallest } : null,
  }
}

function tellOne(
  { trigger, serving, runs, denied, notJudged, isCutShort, finding }: Tried,
  seed: number,
  path: string | undefined,
  output: Output,
): void {
  const ids = serving.workflows.map(({ manifest }) => printable(manifest.id)).join(', ')
  const counts = [
    `${String(runs)} events`,
    ...(denied > 0 ? [`${String(denied)} denied`] : []),
    ...(notJudged > 0 ? [`${String(notJudged)} not judged, because they call out: see --answer`] : []),
    ...(isCutShort ? ['cut short after two minutes'] : []),
    `seed ${String(seed)}`,
  ]
  const verdict = finding ? output.style('red', 'broken') : output.style('green', 'no failure')
  output.print(`${output.style('bold', ids)}  ${trigger}: ${verdict} (${counts.join(', ')})`)
  if (!finding) return
  const { at } = finding.failure
  const line =
    at && serving.workflows.map(({ bundle }) => sourceLineAt(bundle, at)).find((text) => text !== undefined)
  output.printError(`\n${errorText(finding.failure, line, output.styleError)}\n`)
  const smallest = isCutShort ? 'The smallest event found so far' : 'The smallest event'
  if (path !== undefined) {
    output.print(`${smallest} that breaks it is in ${printable(path)}: mintage run ${printable(path)}`)
    return
  }
  output.print(`${smallest} that breaks it, as a case for mintage run and the test kit:`)
  output.print(printable(JSON.stringify(finding.smallest, null, 2)))
}
