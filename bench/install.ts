// Installs what the benchmark compares with into its own node_modules, when it is missing. The project's `npm ci` carries
// neither: isolated-vm's installer fails under Node 20.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))

/** Resolves with what went wrong, or with undefined: the benchmark goes on without what is missing, and says so. */
export async function installOthers(): Promise<string | undefined> {
  if (['isolated-vm', 'run'].every((name) => existsSync(`${folder}/node_modules/${name}/package.json`)))
    return undefined
  // The Node that runs this file goes first in PATH, so that install scripts run under it and not under the machine's own.
  const child = spawn('sh', ['-c', 'PATH="$1:$PATH" exec npm ci', 'sh', dirname(process.execPath)], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaint = ''
  child.stderr.on('data', (text: Buffer) => (complaint += text.toString()))
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code) =>
      resolve(code === 0 ? undefined : `npm ci failed: ${complaint.trim().split('\n')[0]}`),
    )
  })
}
