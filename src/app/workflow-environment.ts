// The environment variables that workflows get, from the directory. The same object until one changes: what is made
// from it (redaction) is kept by it.
import { isDeepStrictEqual } from 'node:util'
import type { Environment } from '../runtime/index.ts'
import type { DirectoryStore } from '../store/index.ts'

export function workflowEnvironment(directory: Pick<DirectoryStore, 'catalog'>): () => Promise<Environment> {
  let seen: readonly object[] = []
  let environment: Environment = {}
  return async () => {
    const { environmentVariables } = await directory.catalog()
    if (environmentVariables === seen) return environment
    const read = Object.fromEntries(
      environmentVariables.map(({ key, value, isSecret }) => [key, { value, isSecret }]),
    )
    seen = environmentVariables
    if (!isDeepStrictEqual(read, environment)) environment = read
    return environment
  }
}
