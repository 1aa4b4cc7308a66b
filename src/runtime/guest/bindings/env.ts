// kinde.env, in both spellings (C§6.2): the library calls `get`, the documentation `getEnvironmentVariable`.
import { jsonParse, StringOf } from '../primordials.ts'
import type { Guest } from '../run-state.ts'

export function env({ host }: Guest): object {
  const read = (key: unknown): unknown => {
    const found = host.env(StringOf(key))
    return found === '' ? undefined : jsonParse(found)
  }
  return { get: (key: unknown) => read(key), getEnvironmentVariable: (key: unknown) => read(key) }
}
