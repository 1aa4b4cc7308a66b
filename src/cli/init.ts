// `mintage init`: a project to begin with. It asks nothing and overwrites nothing.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { readStarters } from '../config/index.ts'
import { ConfigError } from '../errors/index.ts'
import { makeFolder } from '../files/index.ts'
import type { CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { printable, type Output } from './output.ts'
import { ownPackage } from './own-package.ts'
import {
  gitignore,
  kindeJson,
  mintageYaml,
  packageJson,
  readme,
  testsTsconfig,
  tokensTest,
  tokensWorkflow,
  tsconfig,
} from './project-template.ts'
import { shellWord } from './shell-word.ts'

export const initCommand: Command = {
  name: 'init',
  summary: 'Create a project: a workflow, mintage.yaml, and the files that an editor needs.',
  operands: '[DIR]',
  maxOperands: 1,
  options: [],
  examples: ['mintage init', 'mintage init my-issuer'],
  run,
}

const user = 'you@example.com'

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const folder = given.operands[0] ?? '.'
  const dir = resolve(folder)
  const password = randomBytes(12).toString('base64url')
  const files = await filesOf(dir, password)
  const made = Object.entries(files).filter(([name]) => !existsSync(join(dir, name)))
  if (!made.some(([name]) => name === 'mintage.yaml')) {
    throw new ConfigError(
      'file_exists',
      `${join(dir, 'mintage.yaml')} exists already; nothing was written.`,
      {
        hint: `Start the project with mintage dev, or name another folder: mintage init DIR.`,
      },
    )
  }
  await writeAll(dir, made)
  output.print(
    printable(
      nextSteps(
        folder,
        made.map(([name]) => name),
        password,
      ),
    ),
  )
  return exitCodes.ok
}

/** Files that others own as well, such as package.json, are left alone when they exist; an existing project keeps its workflows. */
async function filesOf(dir: string, password: string): Promise<Readonly<Record<string, string>>> {
  const isProject = existsSync(join(dir, 'kinde.json'))
  const { name, dependencies, devDependencies } = await ownPackage()
  // What an author's editor needs, at the versions that Mintage itself is tested with.
  const versions = {
    '@kinde/infrastructure': dependencies['@kinde/infrastructure'],
    '@types/node': devDependencies['@types/node'],
    typescript: devDependencies.typescript,
  }
  return {
    'kinde.json': kindeJson,
    ...(!isProject && {
      'kindeSrc/environment/workflows/tokensWorkflow.ts': tokensWorkflow,
      'tests/tokens.workflow.test.ts': tokensTest,
      'tests/tsconfig.json': testsTsconfig,
    }),
    'mintage.yaml': mintageYaml(user, password),
    'package.json': packageJson(versions),
    'tsconfig.json': tsconfig,
    '.gitignore': gitignore,
    'README.md': readme(name),
  }
}

async function writeAll(
  dir: string,
  files: readonly (readonly [name: string, content: string])[],
): Promise<void> {
  try {
    for (const [name, content] of files) {
      const path = join(dir, name)
      await makeFolder(dirname(path))
      // mintage.yaml holds a password.
      await writeFile(path, content, { flag: 'wx', ...(name === 'mintage.yaml' && { mode: 0o600 }) })
    }
  } catch (cause) {
    throw new ConfigError('file_unreadable', `The project cannot be written to ${dir}.`, {
      hint: 'Name a folder that you may write to.',
      cause,
    })
  }
}

/** A package.json that existed stays as it was. */
function typesCommand(folder: string, made: readonly string[]): string {
  const place = relative('.', folder) === '' ? '' : ` --prefix ${shellWord(folder)}`
  const packages = made.includes('package.json')
    ? ''
    : ' --save-dev typescript @kinde/infrastructure @types/node'
  return `npm install${place}${packages}`
}

function nextSteps(folder: string, made: readonly string[], password: string): string {
  const mintage = readStarters().isNpm ? 'npx mintage' : 'mintage'
  const project = relative('.', folder) === '' ? '' : ` --project ${shellWord(folder)}`
  return [
    `Made in ${resolve(folder)}:`,
    ...made.map((name) => `  ${name}`),
    '',
    'Get the types for your editor and for type checks:',
    `  ${typesCommand(folder, made)}`,
    '',
    'Test the workflow, without a server:',
    `  ${mintage} test${relative('.', folder) === '' ? '' : ` ${shellWord(folder)}`}`,
    '',
    'Start it, and edit the workflow while it runs:',
    `  ${mintage} dev${project}`,
    '',
    'Open http://localhost:4000/playground and sign in:',
    `  ${user}  password  ${password}`,
    '',
    'Client ids and secrets, once it has started:',
    `  ${mintage} applications --show-secrets${project}`,
  ].join('\n')
}
