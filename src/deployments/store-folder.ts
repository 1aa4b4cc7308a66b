// The folder of a server that starts, as a deployment. It was built and prepared here already, and a server has always started with a
// variable missing, so it is not checked again.
import { StoreError } from '../errors/index.ts'
import { isCommitted, type Change } from '../store/index.ts'
import type { RunSettings, WorkflowDeployment } from '../workflows/index.ts'
import { activation, type ActivationDeps } from './activate.ts'
import { summaryOf } from './check-content.ts'
import { contentId, contentOf } from './deployment-content.ts'
import { summaryJson } from './summary.ts'

interface Folder {
  readonly workflows: readonly WorkflowDeployment[]
  readonly settings: RunSettings
}

const mostAttempts = 10

/** Stores it when it is not, and makes it live, in one commit. */
export async function storeFolder({ workflows, settings }: Folder, deps: ActivationDeps): Promise<void> {
  const { store, by, now } = deps
  const content = await contentOf(workflows, settings)
  const id = contentId(content)
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    // oxlint-disable no-await-in-loop -- an attempt follows one that lost against another replica
    const catalog = await store.directory.catalog()
    const { changes } = activation(id, 'start', catalog, deps)
    if (changes.length === 0) return
    const known = await store.deployments.find(id)
    const checked = { state: 'ready', checkedAtMs: now(), isDraft: false } as const
    const stored: Change =
      known === undefined
        ? {
            kind: 'add-deployment',
            deployment: {
              ...checked,
              id,
              createdAtMs: now(),
              author: by.name,
              origin: 'start',
              summary: summaryJson(summaryOf(content, workflows, [], [])),
              buildLog: '',
            },
            content: JSON.stringify(content),
          }
        : { kind: 'update-deployment', deploymentId: id, set: checked }
    if (await isStored(store.commit([stored, ...changes]))) return
    // oxlint-enable no-await-in-loop
  }
}

/** False when another replica was faster. */
async function isStored(commit: Promise<void>): Promise<boolean> {
  try {
    return await isCommitted(commit)
  } catch (error) {
    if (error instanceof StoreError && error.code === 'store_conflict') return false
    throw error
  }
}
