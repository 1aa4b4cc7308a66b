// Types a command line as a guide or a README shows it, from the repository's root, and keeps what it printed. `npx` is
// left out of it: it would only look for what stands in bin/.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url))
const launcher = fileURLToPath(new URL('../../bin/mintage.js', import.meta.url))

export interface CommandResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What a shell would pass on of `npx mintage …`; the READMEs quote nothing. */
export function mintageArguments(commandLine: string): readonly string[] {
  const [npx, mintage, ...args] = commandLine.replaceAll('\\\n', ' ').trim().split(/\s+/)
  if (npx !== 'npx' || mintage !== 'mintage') throw new Error(`not a mintage command: ${commandLine}`)
  return args
}

export async function typeMintage(
  args: readonly string[],
  cwd: string = repositoryRoot,
): Promise<CommandResult> {
  return typeNode([launcher, ...args], cwd)
}

export async function typeNode(
  args: readonly string[],
  cwd: string = repositoryRoot,
): Promise<CommandResult> {
  return type(process.execPath, args, cwd)
}

/**
 * A line of a page, `npx` included: it finds what the folder's node_modules/.bin holds. Without the variable that the
 * surrounding `node --test` hands down, because a `node --test` in the line would report to that one and print nothing.
 */
export async function typeShell(line: string, cwd: string): Promise<CommandResult> {
  return type('env', ['-u', 'NODE_TEST_CONTEXT', 'sh', '-c', line], cwd)
}

async function type(program: string, args: readonly string[], cwd: string): Promise<CommandResult> {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr, exitCode] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    exitOf(child),
  ])
  return { exitCode, stdout, stderr }
}

/** The commands of a page's ```sh blocks that begin with `npx mintage`, in their order. */
export async function mintageCommandsOf(page: string): Promise<readonly string[]> {
  const markdown = await readFile(page, 'utf8')
  const blocks = [...markdown.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) =>
    block.replaceAll('\\\n', ' '),
  )
  return blocks.flatMap((block) => block.split('\n')).filter((line) => line.startsWith('npx mintage '))
}

async function exitOf(child: ReturnType<typeof spawn>): Promise<number | null> {
  const [code]: unknown[] = await once(child, 'close')
  return typeof code === 'number' ? code : null
}
