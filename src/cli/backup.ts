// `mintage backup` and `mintage restore`: the whole database in one file, and a database from such a file.
import { resolve } from 'node:path'
import { backUpDatabase, restoreDatabase } from '../app/index.ts'
import type { BackupProgress, BackupSummary } from '../store/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import { projectOptions } from './choose-project.ts'
import type { Command, CommandOption } from './command.ts'
import { dataOptions, parseDataOptions, parseUsedDataOptions } from './data-options.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { printable, type Output } from './output.ts'

const jsonOption: CommandOption = {
  name: 'json',
  summary: 'Print one JSON document: file, time, rows, checksum.',
}

export const backupCommand: Command = {
  name: 'backup',
  summary: 'Write the whole database to one file. The server may run.',
  operands: 'FILE [options]',
  maxOperands: 1,
  options: [
    { name: 'overwrite', summary: 'Replace FILE if it exists.' },
    jsonOption,
    ...projectOptions,
    ...dataOptions,
  ],
  examples: [
    'mintage backup mintage-backup.gz',
    'mintage backup /backups/today.gz --data-dir /var/lib/mintage',
  ],
  async run(given, output) {
    const summary = await backUpDatabase(
      await parseUsedDataOptions(given),
      optionsOf(backupCommand, given, output),
    )
    return report(given, output, summary, [
      `Backed up ${described(summary)} to ${fileOf(backupCommand, given)}, and read it back.`,
      'It does not hold the master key. Keep that too, apart from the backup: without it the backup cannot be restored.',
    ])
  },
}

export const restoreCommand: Command = {
  name: 'restore',
  summary: 'Create a database from a backup. The server must not run.',
  operands: 'FILE [options]',
  maxOperands: 1,
  options: [{ name: 'overwrite', summary: 'Replace the existing database.' }, jsonOption, ...dataOptions],
  examples: [
    'mintage restore mintage-backup.gz --data-dir .mintage',
    'mintage restore mintage-backup.gz --database-url postgres://… --overwrite',
  ],
  async run(given, output) {
    const place = parseDataOptions(given)
    const { summary, published } = await restoreDatabase(place, optionsOf(restoreCommand, given, output))
    if (published.length > 0) {
      const text = `The backup has ids, secrets or passwords that Mintage publishes; production does not start with them: ${published.join(', ')}.`
      output.printError(output.styleError('yellow', printable(`warning: ${text}`)))
    }
    return report(given, output, summary, [
      `Restored ${described(summary)} from ${fileOf(restoreCommand, given)}, made at ${summary.header.createdAt}.`,
      'Sign-outs, revocations and new passwords since then are forgotten.',
    ])
  },
}

function fileOf(command: Command, given: CommandArguments): string {
  const [file] = given.operands
  if (file === undefined) throw usage(command, `mintage ${command.name} needs the FILE of the backup.`)
  return resolve(file)
}

function optionsOf(command: Command, given: CommandArguments, output: Output) {
  return {
    file: fileOf(command, given),
    overwrite: given.has('overwrite'),
    onProgress: progressTo(output),
  }
}

function report(
  given: CommandArguments,
  output: Output,
  summary: BackupSummary,
  lines: readonly string[],
): ExitCode {
  if (given.has('json')) {
    const { header, rows, sha256 } = summary
    const { createdAt, from, migrations } = header
    output.print(
      JSON.stringify(
        { file: resolve(given.operands[0] ?? ''), createdAt, from, migrations, rows, sha256 },
        null,
        2,
      ),
    )
  } else output.print(lines.join('\n'))
  return exitCodes.ok
}

function described({ rows }: BackupSummary): string {
  const counts = Object.values(rows)
  const total = counts.reduce((sum, count) => sum + count, 0)
  return `${total.toLocaleString('en')} rows of ${String(counts.length)} tables`
}

const progressEveryMs = 2_000

/** On standard error, so that it gets into no document; short work says nothing. */
function progressTo(output: Output): (progress: BackupProgress) => void {
  let saidAtMs = Date.now()
  return ({ table, rows }) => {
    if (Date.now() - saidAtMs < progressEveryMs) return
    saidAtMs = Date.now()
    output.printError(output.styleError('dim', `${table}: ${rows.toLocaleString('en')} rows`))
  }
}
