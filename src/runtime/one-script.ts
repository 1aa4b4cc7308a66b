// A file of this folder, with all that it imports, as one CommonJS script.
import { fileURLToPath } from 'node:url'
import { build, type BuildOptions } from 'esbuild'
import { SandboxError } from '../errors/index.ts'

/** `file` is relative to this folder. */
export async function oneScript(
  file: string,
  runsOn: Pick<BuildOptions, 'target' | 'platform'>,
): Promise<string> {
  const result = await build({
    ...runsOn,
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
  return output.text
}
