// One run of test files by Node's test runner: each file in a process of its own, with `mintage/testing` at hand (bin/for-tests.js).
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from 'node:test'
import { dot, junit, spec, tap } from 'node:test/reporters'
import { leaveTestRunner } from '../config/index.ts'
import { makeFolder, makeTemporaryFolder } from '../files/index.ts'
import { coverageText, lcovOf, mergedCoverage, parseCoverage } from '../workflows/index.ts'
import type { Output } from './output.ts'

export const reporters = ['spec', 'dot', 'tap', 'junit'] as const
export type Reporter = (typeof reporters)[number]

interface TestFilesOptions {
  /** Where the tests run, and where coverage/lcov.info is written. */
  readonly folder: string
  readonly reporter: Reporter
  readonly isCoverage: boolean
  readonly signal?: AbortSignal
}

/** Whether all of them passed. */
export async function runTestFiles(
  files: readonly string[],
  { folder, reporter, isCoverage, signal }: TestFilesOptions,
  output: Output,
): Promise<boolean> {
  const measured = isCoverage ? await makeTemporaryFolder('mintage-coverage-') : undefined
  try {
    const passed = await ranWell(files, { folder, reporter, measured, signal }, output)
    if (measured !== undefined && signal?.aborted !== true) await reportCoverage(measured, folder, output)
    return passed
  } finally {
    if (measured !== undefined) await rm(measured, { recursive: true, force: true })
  }
}

async function ranWell(
  files: readonly string[],
  given: {
    readonly folder: string
    readonly reporter: Reporter
    readonly measured: string | undefined
    readonly signal: AbortSignal | undefined
  },
  output: Output,
): Promise<boolean> {
  const preload = new URL('../../bin/for-tests.js', import.meta.url)
  if (given.measured !== undefined) preload.searchParams.set('coverage', given.measured)
  leaveTestRunner()
  const events = run({
    files: [...files],
    cwd: given.folder,
    concurrency: true,
    // A project without "type": "module" has tests in modules all the same.
    execArgv: ['--import', preload.href, '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'],
    ...(given.signal && { signal: given.signal }),
  })
  let passed = true
  events.on('test:fail', ({ todo }) => {
    passed &&= todo !== undefined && todo !== false
  })
  const printed = printedBy(given.reporter, events)
  let line = ''
  for await (const chunk of printed) {
    if (given.signal?.aborted === true) continue
    const text = line + String(chunk)
    const end = text.lastIndexOf('\n')
    if (end !== -1) output.print(text.slice(0, end))
    line = text.slice(end + 1)
  }
  if (line !== '' && given.signal?.aborted !== true) output.print(line)
  return passed
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

async function reportCoverage(measured: string, folder: string, output: Output): Promise<void> {
  const names = await readdir(measured)
  const parts = names.map(async (name) => parseCoverage(await readFile(join(measured, name), 'utf8')))
  const coverage = mergedCoverage(await Promise.all(parts))
  if (Object.keys(coverage).length === 0)
    return output.print('\nNo coverage: no test ran a workflow with runWorkflow.')
  await makeFolder(join(folder, 'coverage'))
  const file = join('coverage', 'lcov.info')
  await writeFile(join(folder, file), lcovOf(coverage, folder))
  output.print(`\n${output.style('bold', 'coverage')}  ${file}\n${coverageText(coverage, folder)}`)
}
