// `npm run build`, which npm also runs before it packs (`prepack`): makes dist/, what an installed package runs. A checkout never reads it
// (bin/mintage.js). docs/decisions/0062 says why a package is built and a checkout is not.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, glob, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sandboxScript } from '../src/runtime/sandbox-scripts.ts'
import { writeTrackedBinaries } from '../src/runtime/tracked-binaries.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = join(root, 'src')
const dist = join(root, 'dist')

/** Files that the code reads from beside itself. */
const assets = 'pages/{fonts,scripts,styles}/*'
const scripts = ['worker', 'prelude', 'streams'] as const

await rm(dist, { recursive: true, force: true })
await compile()
for await (const asset of glob(assets, { cwd: source })) await cp(join(source, asset), join(dist, asset))
await mkdir(join(dist, 'runtime/scripts'))
for (const name of scripts)
  await writeFile(join(dist, 'runtime/scripts', `${name}.js`), await sandboxScript(name))
await writeTrackedBinaries(join(dist, 'runtime/engine'))

/** JavaScript and types of what src/main.ts reaches; so no test, and nothing that runs only inside the sandbox. */
async function compile(): Promise<void> {
  const compiler = fileURLToPath(new URL('bin/tsc', import.meta.resolve('typescript/package.json')))
  const child = spawn(process.execPath, [compiler, '-p', join(root, 'packaging')], { stdio: 'inherit' })
  const [code]: unknown[] = await once(child, 'exit')
  if (code !== 0) throw new Error(`tsc ended with exit code ${String(code)}`)
}
