// One run of test files by Node's test runner: each file in a process of its own, with `mintage/testing` at hand (bin/for-tests.js).
import { readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from 'node:test'
import { dot, junit, spec, tap } from 'node:test/reporters'
import { leaveTestRunner } from '../config/index.ts'
import { makeFolder, makeTemporaryFolder } from '../files/index.ts'
import {
  coverageOf,
  coverageText,
  lcovOf,
  mergedCoverage,
  parseCoverage,
  type Bundle,
} from '../workflows/index.ts'
import type { Output } from './output.ts'

export const reporters = ['spec', 'dot', 'tap', 'junit'] as const
export type Reporter = (typeof reporters)[number]

interface TestFilesOptions {
  /** Where the tests run, and where coverage/lcov.info is written. */
  readonly folder: string
  readonly reporter: Reporter
  /** How long one test may take, unless it says otherwise. */
  readonly timeoutMs: number
  readonly isCoverage: boolean
  /** Where lines that no run executed come from. */
  readonly workflows: readonly Bundle[]
  readonly signal: AbortSignal
}

/** Whether all of them passed. False when `signal` ended them. */
export async function runTestFiles(
  files: readonly string[],
  options: TestFilesOptions,
  output: Output,
): Promise<boolean> {
  if (!options.isCoverage) return ranWell(files, options, undefined, output)
  const measured = await makeTemporaryFolder('mintage-coverage-')
  try {
    const passed = await ranWell(files, options, measured, output)
    if (!options.signal.aborted) await reportCoverage(measured, options, output)
    return passed
  } finally {
    await rm(measured, { recursive: true, force: true })
  }
}

async function ranWell(
  files: readonly string[],
  { folder, reporter, timeoutMs, signal }: TestFilesOptions,
  measured: string | undefined,
  output: Output,
): Promise<boolean> {
  const preload = new URL('../../bin/for-tests.js', import.meta.url)
  if (measured !== undefined) preload.searchParams.set('coverage', measured)
  leaveTestRunner()
  const events = run({
    files: [...files],
    cwd: folder,
    concurrency: true,
    // A project without "type": "module" has tests in modules all the same.
    execArgv: [
      '--import',
      preload.href,
      '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
      `--test-timeout=${String(timeoutMs)}`,
    ],
    signal,
  })
  let passed = true
  events.on('test:fail', ({ todo }) => {
    passed &&= todo !== undefined && todo !== false
  })
  const printed = printedBy(reporter, events)
  let line = ''
  for await (const chunk of printed) {
    if (signal.aborted) continue
    const text = line + String(chunk)
    const end = text.lastIndexOf('\n')
    if (end !== -1) output.print(text.slice(0, end))
    line = text.slice(end + 1)
  }
  if (line !== '' && !signal.aborted) output.print(line)
  return passed && !signal.aborted
}

function printedBy(reporter: Reporter, events: ReturnType<typeof run>): AsyncIterable<unknown> {
  switch (reporter) {
    case 'spec':
      return events.compose(new spec())
    case 'dot':
      return events.compose(dot)
    case 'tap':
      return events.compose(tap)
    case 'junit':
      return events.compose(junit)
  }
}

async function reportCoverage(
  measured: string,
  { folder: given, workflows }: TestFilesOptions,
  output: Output,
): Promise<void> {
  // Coverage has real paths.
  const folder = await realpath(given)
  const names = await readdir(measured)
  const parts = names.map(async (name) => parseCoverage(await readFile(join(measured, name), 'utf8')))
  const notRun = workflows.map((bundle) => coverageOf(bundle, new Set()))
  const coverage = mergedCoverage([...notRun, ...(await Promise.all(parts))])
  if (Object.keys(coverage).length === 0)
    return output.print('\nNo coverage: there is no workflow, and no test ran one with runWorkflow.')
  await makeFolder(join(folder, 'coverage'))
  const file = join('coverage', 'lcov.info')
  await writeFile(join(folder, file), lcovOf(coverage, folder))
  output.print(`\n${output.style('bold', 'coverage')}  ${file}\n${coverageText(coverage, folder)}`)
}
