// Replays: what recorded invocations would issue with another deployment, or with their own.
import { z } from 'zod'
import { openLoadedDeployments } from '../../deployments/index.ts'
import { WorkflowError } from '../../errors/index.ts'
import {
  replayDocument,
  replayDocumentSchema,
  replayMany,
  replayReportSchema,
  type ReplayDocument,
} from '../../replays/index.ts'
import { openArena } from '../../rehearsal/index.ts'
import { ok, openSchema } from '../envelope.ts'
import type { ManagementDeps } from '../management-deps.ts'
import { noQuery, operation } from '../operation.ts'
import { RequestError } from '../request-error.ts'

export const mostReplayedByServer = 1_000

export const createReplay = operation({
  method: 'post',
  path: '/mintage/replays',
  operationId: 'createReplay',
  summary: `Runs a recorded invocation, or the newest ones, again with a stored deployment and tells what would have been issued differently. Without \`deployment_id\` each runs with the deployment that it was recorded with. Nothing is issued, recorded or called.`,
  scope: 'create:replays',
  organizationBound: 'refused',
  query: noQuery,
  body: z.strictObject({
    /** One invocation; or `last`. */
    invocation_id: z.string().max(200).optional(),
    last: z.int().min(1).max(mostReplayedByServer).optional(),
    deployment_id: z.string().max(200).optional(),
  }),
  answer: openSchema({
    replay: replayReportSchema,
    /** Of the one that was asked for, unless it cannot run again. */
    invocation: replayDocumentSchema.optional(),
  }),
  async handle({ body }, deps) {
    const { invocation_id: id, last, deployment_id: deploymentId } = body
    if ((id === undefined) === (last === undefined))
      throw new RequestError('INVALID_REQUEST', 'Give either invocation_id or last.')
    const only = id === undefined ? undefined : await deps.store.invocations.find(id)
    if (id !== undefined && only === undefined)
      throw new RequestError('INVOCATION_NOT_FOUND', 'There is no invocation with this id.')
    const deployments = await loadedHere(deps)
    try {
      if (deploymentId !== undefined && (await deployments.of(deploymentId)) === 'missing')
        throw new RequestError('DEPLOYMENT_NOT_FOUND', 'There is no deployment with this id.')
      let invocation: ReplayDocument | undefined
      const replay = await replayMany({
        store: deps.store,
        sandbox: deployments.sandbox,
        deploymentId: deploymentId ?? null,
        async serving(trigger, recordedWith) {
          const found = await deployments.of(deploymentId ?? recordedWith)
          return found === 'missing' ? 'missing' : found.serving(trigger)
        },
        filter: {},
        onReplay(one, servedBy) {
          if (only) invocation = replayDocument(one, servedBy)
        },
        ...(only ? { invocations: [only], last: 1 } : { last: last ?? 0 }),
      })
      return ok({ replay, ...(invocation && { invocation }) })
    } finally {
      await deployments.close()
    }
  },
})

/**
 * The stored deployments that the replay needs, prepared for it alone in a sandbox of its own: a deployment that computes until its limit
 * costs no sign-in its turn.
 */
async function loadedHere({ store, deployments }: ManagementDeps) {
  const shared = await deployments.place()
  const sandbox = await openArena(shared.limits.memoryBytes)
  const place = { ...shared, sandbox }
  const loaded = openLoadedDeployments({ store, place, log: { info() {}, error() {} } })
  const used = new Map<string, Promise<Awaited<ReturnType<typeof loaded.load>> | 'missing'>>()
  const of = (id: string) => {
    const known = used.get(id)
    if (known !== undefined) return known
    const loading = loaded.load(id).catch((error: unknown) => {
      if (error instanceof WorkflowError) return 'missing' as const
      throw error
    })
    used.set(id, loading)
    return loading
  }
  return {
    sandbox,
    of,
    async close() {
      loaded.close()
      await sandbox.close()
    },
  }
}
