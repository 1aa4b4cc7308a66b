// Deployments from git: what became of each commit of the branch that is followed.
import { z } from 'zod'
import { gitSyncSchema, listGitSyncs } from '../../git-sync/index.ts'
import { isoTime, ok, openSchema } from '../envelope.ts'
import { noBody, noQuery, operation } from '../operation.ts'

export const getGitSyncs = operation({
  method: 'get',
  path: '/mintage/git-syncs',
  operationId: 'getGitSyncs',
  summary: 'What became of each commit of the git branch that is deployed, newest first.',
  scope: 'read:deployments',
  organizationBound: 'refused',
  query: noQuery,
  body: noBody,
  answer: openSchema({ git_syncs: z.array(gitSyncSchema.extend({ on: z.string() })) }),
  async handle(_input, { store }) {
    const syncs = await listGitSyncs(store)
    return ok({ git_syncs: syncs.map(({ atMs, ...sync }) => ({ ...sync, on: isoTime(atMs) })) })
  },
})
