// `npm run test:clients`: installs the client libraries into this folder when package-lock.json has changed since, and runs the tests.
// Arguments are test files; all of them without arguments.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
const lock = join(folder, 'package-lock.json')
const installedLock = join(folder, 'node_modules', '.installed-lock.json')

if (!(await isInstalled())) {
  await run('npm', ['ci', '--no-fund', '--no-audit'])
  await copyFile(lock, installedLock)
}
const files = process.argv.slice(2)
const tests = files.length > 0 ? files : [join(folder, '*.test.ts')]
await run(process.execPath, ['--test', '--test-concurrency=3', ...tests])

async function isInstalled(): Promise<boolean> {
  const installed = await readFile(installedLock, 'utf8').catch(() => undefined)
  return installed === (await readFile(lock, 'utf8'))
}

/** Ends this process with the same code when the command fails. */
async function run(command: string, args: readonly string[]): Promise<void> {
  // The Node that runs this file goes first in PATH, so that npm runs under it.
  const path = `${dirname(process.execPath)}:$PATH`
  const child = spawn('sh', ['-c', `PATH="${path}" exec "$@"`, 'sh', command, ...args], {
    cwd: args[0] === 'ci' ? folder : process.cwd(),
    stdio: 'inherit',
  })
  const [code]: unknown[] = await once(child, 'exit')
  if (code !== 0) process.exit(typeof code === 'number' ? code : 1)
}
