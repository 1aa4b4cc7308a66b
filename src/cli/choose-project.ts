// Which project a command is about. All commands choose in the same way: the one that is named, else the one that the current folder is
// in, else the demo.
import { realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { WorkflowError } from '../errors/index.ts'
import { demoProjectDir } from '../app/index.ts'
import { findProjectFolder } from '../workflows/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import type { CommandOption } from './command.ts'

export const projectOptions: readonly CommandOption[] = [
  {
    name: 'project',
    value: 'DIR',
    summary: 'The project folder. Default: the project of the current folder, else the demo.',
  },
  { name: 'demo', summary: 'Use the demo, even in a project folder.' },
]

export interface ChosenProject {
  /** Real path of the folder. */
  readonly dir: string
  /** The demo is the demo by whichever path it is named. */
  readonly isDemo: boolean
  /** `default`: the demo, because this folder holds no project. */
  readonly by: 'option' | 'folder' | 'default'
  /** Apart from that of the demo, whose secrets and passwords are published. */
  readonly dataDir: string
}

export const ownDataDir = '.mintage'
export const demoDataDir: string = join(ownDataDir, 'demo')

/** Throws ConfigError `usage`, WorkflowError `project_not_found`. */
export async function chooseProject(given: CommandArguments): Promise<ChosenProject> {
  const named = given.value('project')
  if (given.has('demo') && named !== undefined)
    throw usage({ name: 'start' }, '--project and --demo exclude each other.')
  const demo = await realpath(demoProjectDir)
  const found = given.has('demo') ? demo : await folderOf(named)
  const dir = found ?? demo
  const isDemo = dir === demo
  const isOfOption = named !== undefined || given.has('demo')
  const by = isOfOption ? 'option' : found === undefined ? 'default' : 'folder'
  const dataDir = isDemo ? demoDataDir : by === 'folder' ? join(dir, ownDataDir) : ownDataDir
  return { dir, isDemo, by, dataDir: resolve(dataDir) }
}

async function folderOf(named: string | undefined): Promise<string | undefined> {
  try {
    return await findProjectFolder(named ?? '.')
  } catch (error) {
    const isMissing = error instanceof WorkflowError && error.code === 'project_not_found'
    if (named === undefined && isMissing) return undefined
    throw error
  }
}
