// The scripts of the sandbox as text: the code of a worker thread, and the prelude and the streams for the engine, which the worker
// compiles to bytecode. A package has them as files beside this one (build/main.ts writes them); in a checkout esbuild bundles them
// when they are first needed. A thread that loads one script starts in half of the time that forty files take.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { SandboxError } from '../errors/index.ts'

interface Source {
  /** Relative to this folder. */
  readonly file: string
  readonly target: string
  readonly platform: 'node' | 'neutral'
  /** The value of the script, as an expression; without it the script has none. */
  readonly value?: string
}

const sources = {
  worker: { file: 'worker/main.ts', target: 'node24', platform: 'node' },
  /** Its value is an object with `install` (guest/host-functions.ts). */
  prelude: { file: 'guest/prelude.ts', target: 'es2023', platform: 'neutral', value: 'module.exports' },
  streams: {
    file: 'guest/web/streams.ts',
    target: 'es2023',
    platform: 'neutral',
    value: 'module.exports.install',
  },
} as const satisfies Readonly<Record<string, Source>>

export type SandboxScript = keyof typeof sources

const texts = new Map<SandboxScript, Promise<string>>()

/** The text of the script `name`. Rejects with SandboxError `internal`, or with the errors of esbuild. */
export function sandboxScript(name: SandboxScript): Promise<string> {
  const known = texts.get(name)
  if (known !== undefined) return known
  const isBuilt = import.meta.url.endsWith('.js')
  const text = isBuilt
    ? readFile(new URL(`scripts/${name}.js`, import.meta.url), 'utf8')
    : bundle(sources[name])
  texts.set(name, text)
  return text
}

async function bundle({ file, target, platform, value }: Source): Promise<string> {
  const { build } = await import('esbuild')
  const result = await build({
    target,
    platform,
    entryPoints: [fileURLToPath(new URL(file, import.meta.url))],
    bundle: true,
    write: false,
    format: 'cjs',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  })
  const [output] = result.outputFiles
  if (output === undefined) throw new SandboxError('internal', `esbuild gave no script for ${file}`)
  if (value === undefined) return output.text
  return `((module) => {\n((module, exports) => {\n${output.text}\n})(module, module.exports)\nreturn ${value}\n})({ exports: {} })`
}
