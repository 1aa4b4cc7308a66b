// The version of @kinde/infrastructure that Mintage brings along, for projects that have not installed one (C§6.9: Kinde
// serves it from a CDN, so most projects have none). It is bundled under a name of its own instead of its path, so that
// a bundle is the same bytes on every machine and shows none of our paths.
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const packageName = '@kinde/infrastructure'

/** Names under which the package is imported; the second is in Kinde's older texts (C§6.13) and on no registry. */
const importedAs = [packageName, '@kinde-oss/infrastructure']

export interface ShippedPackage {
  readonly version: string
  /** The ES module, on our disk. */
  readonly file: string
  /** The module's name inside a bundle. */
  readonly name: string
}

const packageSchema = z.looseObject({ version: z.string(), module: z.string() })

export function isShippedPackage(specifier: string): boolean {
  return importedAs.includes(specifier)
}

export async function shippedPackage(): Promise<ShippedPackage> {
  // `main` of the package is dist/infrastructure.cjs, and it has no `exports`, so its manifest resolves as well.
  const manifest = fileURLToPath(import.meta.resolve(`${packageName}/package.json`))
  const { version, module } = packageSchema.parse(JSON.parse(await readFile(manifest, 'utf8')))
  return { version, file: join(dirname(manifest), module), name: `${packageName}/${module}` }
}
