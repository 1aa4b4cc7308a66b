// A checkout of its own, with the packages of this one, for tests that edit the program.
import { cp, mkdir, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { repositoryRoot, typeNode, type CommandResult } from '../harness/mintage-command.ts'

/** What the program reads of a checkout. */
const parts = ['bin', 'src', 'examples', 'package.json', 'tsconfig.json']

/** The absolute path of a copy that nothing was made of yet. */
export async function copyCheckout(t: TestContext): Promise<string> {
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'mintage-checkout-')))
  t.after(() => rm(parent, { recursive: true, force: true }))
  const checkout = join(parent, 'mintage')
  const packages = join(checkout, 'node_modules')
  await mkdir(packages, { recursive: true })
  for (const part of parts)
    await cp(join(repositoryRoot, part), join(checkout, part), { recursive: true, preserveTimestamps: true })
  for (const name of await readdir(join(repositoryRoot, 'node_modules'))) {
    if (!name.startsWith('.')) await symlink(join(repositoryRoot, 'node_modules', name), join(packages, name))
  }
  return checkout
}

/** What npm does at the end of an installation. */
export function prepare(checkout: string): Promise<CommandResult> {
  return typeNode([join(checkout, 'bin/prepare.js')], checkout)
}
