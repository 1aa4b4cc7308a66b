// kinde.localization (C§6.2): the string of a key, or undefined.
import { jsonParse, StringOf } from '../primordials.ts'
import type { Guest } from '../run-state.ts'

export function localization({ host }: Guest): object {
  return {
    get(key: unknown): unknown {
      const found = host.localization(StringOf(key))
      return found === '' ? undefined : jsonParse(found)
    },
  }
}
