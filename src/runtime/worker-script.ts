// The code of a worker thread (worker/main.ts and all that it imports) as one script. Made once per process with esbuild: a
// thread that loads one script stands ready in half of the time that it takes to find, strip and link forty files, and a
// thread is started again whenever one is lost.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { SandboxError } from '../errors/index.ts'

let script: Promise<string> | undefined

export function workerScript(): Promise<string> {
  script ??= bundleWorker()
  return script
}

async function bundleWorker(): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL('worker/main.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'cjs',
    target: 'node24',
    platform: 'node',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  })
  const [output] = result.outputFiles
  if (output === undefined) throw new SandboxError('internal', 'esbuild gave no code for the threads')
  return output.text
}
