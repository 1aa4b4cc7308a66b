// The recurring job that keeps the signing keys: publishes the next ones when they are due, and removes those that nothing needs.
import type { MintageSettings } from '../config/index.ts'
import type { JobKind } from '../jobs/index.ts'
import { keepKeys, longestUseMs } from '../keys/index.ts'
import type { Store } from '../store/index.ts'

const dayMs = 86_400_000
const everyMinute = 60_000

export function keyRotation(
  store: Store,
  { signingKeys, session }: Pick<MintageSettings, 'signingKeys' | 'session'>,
): JobKind {
  const { rotateEveryDays } = signingKeys
  return {
    backoffMs: [],
    everyMs: everyMinute,
    async run() {
      const { applications } = await store.directory.catalog()
      await keepKeys(
        {
          rotateEveryMs: rotateEveryDays === undefined ? undefined : rotateEveryDays * dayMs,
          longestUseMs: longestUseMs(applications, session.maximumSeconds),
        },
        { store, nowMs: () => store.nowMs(), by: 'schedule' },
      )
    },
  }
}
