// What package.json says about Mintage itself: the one place of the package's name, its version, and the versions of packages that
// a new project gets.
import { readFile } from 'node:fs/promises'
import { z } from 'zod'

const packageSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  dependencies: z.looseObject({ '@kinde/infrastructure': z.string() }),
  devDependencies: z.looseObject({ typescript: z.string(), '@types/node': z.string() }),
})

export async function ownPackage(): Promise<z.infer<typeof packageSchema>> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return packageSchema.parse(JSON.parse(text))
}
