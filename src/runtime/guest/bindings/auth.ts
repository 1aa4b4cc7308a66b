// kinde.auth (C§6.12): a denial is noted by the host at once, so nothing that the author does later takes it back. Code
// after it still runs; the first reason wins.
import { inspect } from '../inspect.ts'
import { stringSlice, stringToWellFormed } from '../primordials.ts'
import { assertRunning, type Guest } from '../run-state.ts'

const maxReasonLength = 1_024

export function auth({ host, state }: Guest): object {
  return {
    denyAccess(reason?: unknown): void {
      assertRunning(state, 'kinde.auth.denyAccess')
      host.deny(reasonText(reason))
    },
  }
}

function reasonText(reason: unknown): string {
  if (reason === undefined || reason === null) return ''
  const text = typeof reason === 'string' ? reason : inspect(reason, 1)
  return stringToWellFormed(stringSlice(text, 0, maxReasonLength))
}
