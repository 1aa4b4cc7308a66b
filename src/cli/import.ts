// `mintage import`: users and organizations of another system, or all of another Mintage, into the project's database.
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { openLocalManagement, type MissingDatabase } from '../app/index.ts'
import type { Store } from '../store/index.ts'
import {
  countOf,
  runImport,
  type ImportReport,
  type ImportResult,
  type ImportSource,
  type Remark,
} from '../transfer/index.ts'
import type { CommandArguments } from './arguments.ts'
import { chooseProject, projectOptions } from './choose-project.ts'
import type { Command } from './command.ts'
import { dataOptions, parseUsedDataOptions } from './data-options.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { openSource, systems } from './import-source.ts'
import { printable, type Output } from './output.ts'
import { userProgress } from './progress-bar.ts'
import { unreadable } from './text-file.ts'

export const importCommand: Command = {
  name: 'import',
  summary: 'Bring users and organizations from Kinde, Auth0, a table or another Mintage into the database.',
  operands: `${systems.join('|')} --from PATH | --from-api URL`,
  maxOperands: 1,
  options: [
    {
      name: 'from',
      value: 'PATH',
      summary: 'The export: a folder, a .zip, or its users.ndjson; of csv the table; of mintage its folder.',
    },
    {
      name: 'from-api',
      value: 'URL',
      summary:
        'Of kinde: read its management API instead, with KINDE_MANAGEMENT_CLIENT_ID and KINDE_MANAGEMENT_CLIENT_SECRET.',
    },
    { name: 'dry-run', summary: 'Read and check everything, and write nothing.' },
    {
      name: 'report',
      value: 'FILE',
      summary: 'Write a JSON line for each record, or part of one, that is not taken.',
    },
    { name: 'json', summary: 'Print the result as one JSON document.' },
    ...projectOptions,
    ...dataOptions,
  ],
  examples: [
    'mintage import kinde --from kinde-export.zip --dry-run',
    'mintage import kinde --from kinde-export.zip --report skipped.ndjson',
    'mintage import kinde --from-api https://acme.kinde.com',
    'mintage import auth0 --from auth0/',
    'mintage import csv --from users.csv',
    'mintage import mintage --from acme-export',
  ],
  run,
}

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const [system = ''] = given.operands
  const opened = await openSource(importCommand, system, given)
  try {
    const { dir: projectDir } = await chooseProject(given)
    const local = await openLocalManagement({
      ...(await parseUsedDataOptions(given)),
      projectDir,
      missing: missingDatabase(system, given.has('dry-run')),
    })
    try {
      if (local.isImagined && system !== 'mintage')
        output.printError(
          'There is no database yet: this is checked against the one that the first start makes. Start the server once before you import.',
        )
      return await importInto(local.store, { source: opened.source, system, given, output })
    } finally {
      await local.close()
    }
  } finally {
    await opened.close()
  }
}

/** An export of Mintage comes in before the first start, which would make records of its own; any other import comes after it. */
function missingDatabase(system: string, isDryRun: boolean): MissingDatabase {
  if (system === 'mintage') return isDryRun ? 'imagined' : 'made'
  return isDryRun ? 'imagined-started' : 'refused'
}

interface Import {
  readonly source: ImportSource
  readonly system: string
  readonly given: CommandArguments
  readonly output: Output
}

async function importInto(store: Store, { source, system, given, output }: Import): Promise<ExitCode> {
  const isDryRun = given.has('dry-run')
  const remarks = await remarkFile(given.value('report'))
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  process.once('SIGINT', stop)
  try {
    const result = await runImport(source, {
      store,
      from: system,
      isDryRun,
      onProgress: userProgress(output),
      onRemark: remarks.write,
      signal: stopping.signal,
    })
    if (given.has('json')) output.print(JSON.stringify({ isDryRun, ...result }, null, 2))
    else output.print(resultText(result, isDryRun, store.description))
    return result.isFinished ? exitCodes.ok : exitCodes.failed
  } finally {
    process.removeListener('SIGINT', stop)
    await remarks.close()
  }
}

interface RemarkFile {
  readonly write: (remark: Remark) => void
  readonly close: () => Promise<void>
}

/** Appended to: an import that goes on adds to what it wrote before. Rejects with ConfigError before anything is imported. */
async function remarkFile(path: string | undefined): Promise<RemarkFile> {
  if (path === undefined) return { write: () => {}, close: () => Promise.resolve() }
  const file = createWriteStream(path, { flags: 'a', mode: 0o600 })
  await once(file, 'open').catch((cause: unknown) => {
    throw unreadable(`${path} cannot be written`, cause)
  })
  const done = finished(file)
  done.catch(() => {})
  return {
    write: (remark) => void file.write(`${JSON.stringify(remark)}\n`),
    async close() {
      file.end()
      await done
    },
  }
}

function resultText(
  { report, resumedAfter, isFinished }: ImportResult,
  isDryRun: boolean,
  where: string,
): string {
  const { organizations, users, others = {}, skipped, leftOut } = report
  const would = isDryRun ? 'would be ' : ''
  const number = (count: number) => count.toLocaleString('en')
  return [
    ...(resumedAfter > 0
      ? [`Went on after ${number(resumedAfter)} records that an earlier run had done.`]
      : []),
    isDryRun ? `Nothing was written to ${where}.` : `Imported into ${where}:`,
    `  organizations  ${number(organizations.created)} ${would}created, ${number(organizations.present)} were there`,
    `  users          ${number(users.created)} ${would}created, ${number(users.completed)} ${would}completed, ${number(users.present)} were there`,
    ...Object.entries(others)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `  ${name.padEnd(13)}  ${number(count)} created`),
    ...reasonLines('Not taken', skipped),
    ...reasonLines('Taken without', leftOut),
    ...(isFinished ? [] : ['Interrupted: the same command goes on from here.']),
  ].join('\n')
}

function reasonLines(heading: string, reasons: ImportReport['skipped']): string[] {
  if (reasons.length === 0) return []
  return [
    `${heading} (${countOf(reasons).toLocaleString('en')}):`,
    ...reasons
      .toSorted((a, b) => b.count - a.count)
      .map(({ reason, count, places: [place = ''] }) =>
        printable(`  ${count.toLocaleString('en').padStart(6)}  ${reason} (first ${place})`),
      ),
  ]
}
