// `mintage test`: runs the tests of a project's workflows, `*.workflow.test.ts`, with Node's own test runner; what they import is
// `mintage/testing`. Types are checked beside it, and the lines that the runs executed are counted on request.
import { resolve } from 'node:path'
import { AppError, ConfigError, WorkflowError } from '../errors/index.ts'
import {
  bundleWorkflow,
  discoverWorkflowFiles,
  filesBelow,
  findProject,
  isCode,
  watchProject,
  type Bundle,
} from '../workflows/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { errorText } from './error-text.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import type { Output } from './output.ts'
import { untilStopped, type Stopped } from './stop-signal.ts'
import { reporters, runTestFiles, type Reporter } from './test-files.ts'
import { givenTypesMode, reportTypes, typesOptions, type TypesMode } from './type-problems.ts'
import { wholeNumber } from './whole-number.ts'

export const testCommand: Command = {
  name: 'test',
  summary: 'Run the tests of the workflows: *.workflow.test.ts, on the production engine.',
  operands: '[DIR] [options]',
  maxOperands: 1,
  options: [
    { name: 'watch', summary: 'Run them again after each edit, until Ctrl+C.' },
    { name: 'coverage', summary: 'Show which lines of the workflows ran, and write coverage/lcov.info.' },
    {
      name: 'timeout',
      value: 'SECONDS',
      summary: 'How long one test may take, unless it says otherwise. Default: 60.',
    },
    { name: 'reporter', value: reporters.join('|'), summary: 'How results are printed. Default: spec.' },
    ...typesOptions,
  ],
  examples: ['mintage test', 'mintage test --watch', 'mintage test my-project --coverage --strict-types'],
  run,
}

const testFile = /\.workflow\.test\.[cm]?[jt]s$/

interface TestRun {
  readonly folder: string
  readonly reporter: Reporter
  readonly timeoutMs: number
  readonly isCoverage: boolean
  readonly types: TypesMode
}

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const tests: TestRun = {
    folder: resolve(given.operands[0] ?? '.'),
    reporter: parseReporter(given.value('reporter')),
    timeoutMs: 1_000 * (wholeNumber(testCommand, given, 'timeout', 1, 86_400) ?? 60),
    isCoverage: given.has('coverage'),
    types: givenTypesMode(testCommand, given),
  }
  const stopped = untilStopped()
  return given.has('watch') ? follow(tests, stopped, output) : runOnce(tests, stopped.signal, output)
}

function parseReporter(given: string | undefined): Reporter {
  const reporter = reporters.find((known) => known === (given ?? 'spec'))
  if (reporter !== undefined) return reporter
  throw usage(testCommand, `--reporter is one of ${reporters.join(', ')}.`)
}

/** Throws ConfigError `tests_not_found`, and WorkflowError `type_errors`, `types_not_checked` when types are strict. */
async function runOnce(tests: TestRun, signal: AbortSignal, output: Output): Promise<ExitCode> {
  const { folder, types, isCoverage } = tests
  const files = (await filesBelow(folder)).filter((file) => testFile.test(file))
  if (files.length === 0) throw noTests(folder)
  const { dir, workflows } = await workflowsOf(folder, isCoverage)
  const passed = await runTestFiles(files, { ...tests, workflows, signal }, output)
  if (dir !== undefined && !signal.aborted)
    await reportTypes(
      dir,
      workflows.map((bundle) => ({ bundle })),
      types,
      output,
    )
  return passed ? exitCodes.ok : exitCodes.failed
}

function noTests(folder: string): ConfigError {
  return new ConfigError(
    'tests_not_found',
    `No test of a workflow in ${folder}: no file is named *.workflow.test.ts or .js.`,
    {
      hint:
        'Write one, such as tests/tokens.workflow.test.ts:\n\n' +
        `    import assert from 'node:assert/strict'\n` +
        `    import { test } from 'node:test'\n` +
        `    import { runWorkflow, signInEvent } from 'mintage/testing'\n\n` +
        `    test('the tokens are issued', async () => {\n` +
        `      const file = 'kindeSrc/environment/workflows/tokensWorkflow.ts'\n` +
        `      const { outcome } = await runWorkflow(file, { event: signInEvent() })\n` +
        `      assert.equal(outcome, 'completed')\n` +
        `    })\n`,
    },
  )
}

/** Empty outside of a project. A workflow that does not build is what its tests report. */
async function workflowsOf(
  folder: string,
  marksLines: boolean,
): Promise<{ readonly dir?: string; readonly workflows: readonly Bundle[] }> {
  const project = await findProject(folder).catch((error: unknown) => {
    if (error instanceof WorkflowError && error.code === 'project_not_found') return undefined
    throw error
  })
  if (project === undefined) return { workflows: [] }
  const files = await discoverWorkflowFiles(project).catch(() => [])
  const bundles = await Promise.all(
    files.map((file) => bundleWorkflow(file, { project, marksLines }).catch(() => undefined)),
  )
  return { dir: project.dir, workflows: bundles.filter((bundle) => bundle !== undefined) }
}

/** An edit ends the run that is under way. */
async function follow(tests: TestRun, stopped: Stopped, output: Output): Promise<ExitCode> {
  let underWay = new AbortController()
  let ended = Promise.resolve()
  const start = () => {
    const { signal } = underWay
    ended = runOnce(tests, signal, output)
      .catch((error: unknown) => {
        // An edit can fix it.
        if (error instanceof AppError) output.printError(errorText(error, undefined, output.styleError))
        else failed.reject(error)
      })
      .then(() => {
        if (!signal.aborted) output.print(`\n${output.style('dim', 'Waiting for an edit; Ctrl+C ends it.')}`)
      })
  }
  const failed = Promise.withResolvers<never>()
  const watch = watchProject(tests.folder, {
    async onChange(files) {
      const [first] = files.filter((file) => isCode(file) || file.endsWith('.json'))
      if (first === undefined) return
      underWay.abort()
      await ended
      underWay = new AbortController()
      output.print(`\n${output.style('bold', `${first} changed`)}`)
      start()
    },
    onError: (error) => failed.reject(error),
  })
  start()
  try {
    await Promise.race([stopped.when, failed.promise])
    return exitCodes.ok
  } finally {
    underWay.abort()
    await watch.close()
    await ended
  }
}
