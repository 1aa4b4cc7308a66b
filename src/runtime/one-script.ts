// A file of this folder, with all that it imports, as one CommonJS script.
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BuildOptions } from 'esbuild'
import { SandboxError } from '../errors/index.ts'
import { keptText, type MadeText } from './kept-text.ts'

type RunsOn = Pick<BuildOptions, 'target' | 'platform'>

/** `file` is relative to this folder. */
export function oneScript(file: string, runsOn: RunsOn): Promise<string> {
  const name = [file.replaceAll('/', '-'), runsOn.target, runsOn.platform].join('-')
  return keptText(name, () => makeScript(file, runsOn))
}

async function makeScript(file: string, runsOn: RunsOn): Promise<MadeText> {
  const { build } = await import('esbuild')
  const result = await build({
    ...runsOn,
    entryPoints: [fileURLToPath(new URL(file, import.meta.url))],
    bundle: true,
    write: false,
    metafile: true,
    format: 'cjs',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  })
  const [output] = result.outputFiles
  if (output === undefined) throw new SandboxError('internal', `esbuild gave no script for ${file}`)
  const inputs = Object.keys(result.metafile.inputs).map((path) => resolve(path))
  // Who makes it, and how.
  const makers = [import.meta.resolve('esbuild'), import.meta.url].map((url) => fileURLToPath(url))
  return { text: output.text, files: [...inputs, ...makers] }
}
