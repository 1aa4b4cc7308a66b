// The job that does rehearsals, in a sandbox that is opened for it.
import { z } from 'zod'
import type { JobKind } from '../jobs/index.ts'
import { giveUpRehearsal, openArena, runRehearsal, type StoredRehearsalDeps } from '../rehearsal/index.ts'
import type { RunLimits } from '../runtime/index.ts'
import { reservedClaims } from '../tokens/index.ts'

export interface RehearsalParts extends Omit<StoredRehearsalDeps, 'place'> {
  readonly limits: RunLimits
}

const payloadSchema = z.object({ rehearsal: z.string() })

export function rehearsalJob({ limits, ...deps }: RehearsalParts): JobKind {
  return {
    // A server that stops gives it back; one that is killed leaves it to the next attempt.
    backoffMs: [1_000, 10_000],
    async run({ payload, signal }) {
      const { rehearsal } = payloadSchema.parse(payload())
      const sandbox = await openArena(limits.memoryBytes)
      try {
        const place = { sandbox, reservedClaims, limits, isProduction: false }
        await runRehearsal(rehearsal, signal, { ...deps, place })
      } finally {
        await sandbox.close()
      }
    },
    async gaveUp({ payload }, reason) {
      const { data } = payloadSchema.safeParse(payload())
      if (data) await giveUpRehearsal(data.rehearsal, reason, deps)
    },
  }
}
