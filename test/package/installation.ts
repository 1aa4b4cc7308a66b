// The package as people get it: packed from a copy of this checkout, and installed by npm into a folder outside of it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import type { Lifetime } from '../harness/http-server.ts'
import { repositoryRoot, type CommandResult } from '../harness/mintage-command.ts'
import { startRegistry } from './registry.ts'

/** What packing reads of a checkout. A copy, because two test files that packed here would share one dist/. */
const packedFrom = [
  'bin',
  'docs',
  'examples',
  'packaging',
  'src',
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'package.json',
  'tsconfig.json',
]

const packedSchema = z.object({
  filename: z.string(),
  unpackedSize: z.number(),
  files: z.array(z.object({ path: z.string() })),
})

export interface Workplace {
  /** Real path of an empty folder. */
  readonly folder: string
  /** Runs a line of a shell as a person would type it there: with npm, and with this Node first in PATH. */
  type(line: string, cwd?: string): Promise<CommandResult>
}

export interface PackedPackage extends z.infer<typeof packedSchema> {
  /** Absolute path of the file that npm packed. */
  readonly tarball: string
}

/** A folder outside of the checkout, and an npm whose registry is this machine. */
export async function openWorkplace(lifetime: Lifetime): Promise<Workplace> {
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'mintage-package-')))
  lifetime.after(() => rm(parent, { recursive: true, force: true }))
  const [home, folder] = [join(parent, 'home'), join(parent, 'folder')]
  await mkdir(home)
  await mkdir(folder)
  const variables = [
    `HOME=${home}`,
    `TMPDIR=${tmpdir()}`,
    `npm_config_registry=${await startRegistry(lifetime)}`,
    'npm_config_audit=false',
    'npm_config_fund=false',
    'npm_config_update_notifier=false',
  ]
  return {
    folder,
    async type(line, cwd = folder) {
      // Nothing of the npm or the test runner that this process may run under reaches the commands.
      const inEmptyEnvironment =
        'nodeFolder="$1"; line="$2"; shift 2; exec env -i PATH="$nodeFolder:$PATH" "$@" sh -c "$line"'
      const args = ['-c', inEmptyEnvironment, 'sh', dirname(process.execPath), line, ...variables]
      const child = spawn('sh', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
      const [stdout, stderr, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'close') as Promise<unknown[]>,
      ])
      return { exitCode: typeof code === 'number' ? code : null, stdout, stderr }
    },
  }
}

/** Runs `npm pack`, and with it the build. */
export async function pack(lifetime: Lifetime, { type }: Workplace): Promise<PackedPackage> {
  const checkout = await realpath(await mkdtemp(join(tmpdir(), 'mintage-checkout-')))
  lifetime.after(() => rm(checkout, { recursive: true, force: true }))
  for (const part of packedFrom)
    await cp(join(repositoryRoot, part), join(checkout, part), { recursive: true })
  await symlink(join(repositoryRoot, 'node_modules'), join(checkout, 'node_modules'))
  const { exitCode, stdout, stderr } = await type('npm pack --json', checkout)
  if (exitCode !== 0) throw new Error(`npm pack failed: ${stdout}${stderr}`)
  // What the build prints comes before the document.
  const [packed] = z.tuple([packedSchema]).parse(JSON.parse(stdout.slice(stdout.indexOf('[\n'))))
  return { ...packed, tarball: join(checkout, packed.filename) }
}

export async function manifest(): Promise<{ readonly name: string; readonly version: string }> {
  const file: unknown = JSON.parse(await readFile(join(repositoryRoot, 'package.json'), 'utf8'))
  return z.object({ name: z.string(), version: z.string() }).parse(file)
}
