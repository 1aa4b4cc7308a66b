// The prelude (guest/) as the text of one script for the engine. Its value is an object with `install` (guest/
// host-functions.ts). Made once per process with esbuild; the worker compiles it to bytecode.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { SandboxError } from '../errors/index.ts'

let script: Promise<string> | undefined

export function guestScript(): Promise<string> {
  script ??= bundlePrelude()
  return script
}

async function bundlePrelude(): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL('guest/prelude.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'cjs',
    target: 'es2023',
    platform: 'neutral',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  })
  const [output] = result.outputFiles
  if (output === undefined) throw new SandboxError('internal', 'esbuild gave no prelude')
  return `((module) => {\n((module, exports) => {\n${output.text}\n})(module, module.exports)\nreturn module.exports\n})({ exports: {} })`
}
