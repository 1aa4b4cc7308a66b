// `mintage export`: all of the project's database as files that people and other systems read, and that `mintage import` brings into another Mintage.
import { resolve } from 'node:path'
import { hasProjectFile, openLocalManagement, projectFileName } from '../app/index.ts'
import { environmentVariable, readMintageValue } from '../config/index.ts'
import { runExport, type ExportSummary } from '../transfer/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import { chooseProject, projectOptions } from './choose-project.ts'
import type { Command } from './command.ts'
import { dataOptions, parseUsedDataOptions } from './data-options.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { printable, type Output } from './output.ts'
import { userProgress } from './progress-bar.ts'
import { projectFiles, workflowFiles } from './project-files.ts'
import { shellWord } from './shell-word.ts'

export const exportCommand: Command = {
  name: 'export',
  summary: 'Write everything to a folder: mintage.yaml, workflows, users. The server may run.',
  operands: 'FOLDER [options]',
  maxOperands: 1,
  options: [
    {
      name: 'with-secrets',
      summary: 'Write client secrets, secret variables and codes of invitations, too: secrets.env.',
    },
    { name: 'overwrite', summary: 'Replace an earlier export in FOLDER.' },
    { name: 'json', summary: 'Print the summary as one JSON document.' },
    ...projectOptions,
    ...dataOptions,
  ],
  examples: [
    'mintage export acme-export',
    'mintage export acme-export --with-secrets',
    'mintage import mintage --from acme-export --project acme-export',
  ],
  run,
}

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const [folder] = given.operands
  if (folder === undefined) throw usage(exportCommand, 'mintage export needs the FOLDER to write.')
  const project = await chooseProject(given)
  const place = await parseUsedDataOptions(given)
  const isOfDemo = place.databaseUrl === undefined && place.dataDir === project.dataDir
  if (project.by === 'default' && !isOfDemo)
    throw usage(
      exportCommand,
      'Name the project of the database with --project: its mintage.yaml has the settings.',
    )
  const { dir } = project
  const local = await openLocalManagement({ ...place, projectDir: dir })
  try {
    const withSecrets = given.has('with-secrets')
    const summary = await runExport({
      store: local.store,
      folder: resolve(folder),
      overwrite: given.has('overwrite'),
      withSecrets,
      givenFile: hasProjectFile(dir) ? await readMintageValue(resolve(dir, projectFileName)) : undefined,
      projectFiles: await projectFiles(dir),
      workflows: () => workflowFiles(dir),
      variable: environmentVariable,
      onProgress: userProgress(output),
    })
    warn(summary, output)
    if (given.has('json')) output.print(JSON.stringify({ withSecrets, ...summary }, null, 2))
    else output.print(printable(summaryText(summary, local.store.description)))
    return exitCodes.ok
  } finally {
    await local.close()
  }
}

function warn({ folder, written, leftovers }: ExportSummary, output: Output): void {
  const say = (text: string) => output.printError(output.styleError('yellow', printable(`warning: ${text}`)))
  if (written.length > 0)
    say(`${folder} holds ${String(written.length)} secrets in the clear. Delete it when it is imported.`)
  if (leftovers.length > 0)
    say(
      `Exports that were interrupted left these folders, with password hashes in them: ${leftovers.join(', ')}`,
    )
}

function summaryText(
  { folder, counts, toSet, written, notInMintageYaml, notCarried }: ExportSummary,
  from: string,
): string {
  const missing = toSet.filter(({ name }) => !written.includes(name))
  return [
    `Exported ${from} to ${folder}:`,
    ...Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `  ${name.padEnd(20)}  ${count.toLocaleString('en')}`),
    ...section(
      'To set in the environment of the next server',
      missing.map(({ name, what }) => `${name}  ${what}`),
    ),
    ...section(
      'Not in mintage.yaml, but in data/',
      notInMintageYaml.map(({ what, reason }) => `${what}: ${reason}`),
    ),
    ...section(
      'Not exported',
      notCarried.map(({ what, reason }) => `${what}: ${reason}`),
    ),
    'data/ holds password hashes. In the folder where the next server will keep its data, before its first start:',
    `  mintage import mintage --from ${shellWord(folder)} --project ${shellWord(folder)}`,
  ].join('\n')
}

function section(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${heading}:`, ...lines.map((line) => `  ${line}`)]
}
