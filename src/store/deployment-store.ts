// Deployments of projects, and what was live when. Which one serves now is part of the catalog (`deploymentRoles`), so that every
// replica notices a change. Deployments are added, judged and activated by changes of change.ts.
import type { JsonObject } from '../oauth/index.ts'

/** `deploy`: uploaded. `start`: the folder that a server was started with. `git`: fetched from a repository. */
export const deploymentOrigins = ['deploy', 'start', 'git'] as const
export type DeploymentOrigin = (typeof deploymentOrigins)[number]

/** `processing`: stored and not yet judged. A failed one is never activated. */
export const deploymentStates = ['processing', 'ready', 'failed'] as const
export type DeploymentState = (typeof deploymentStates)[number]

export interface DeploymentRecord {
  /** `dep_…`, a hash of the content. */
  readonly id: string
  readonly createdAtMs: number
  /** When it was judged; null while it is processed. */
  readonly checkedAtMs: number | null
  /** The client id of the machine that uploaded it, or a word such as `operator`. */
  readonly author: string
  readonly origin: DeploymentOrigin
  readonly isDraft: boolean
  readonly state: DeploymentState
  /** What lists show of it: workflows, settings, names of variables. src/deployments knows its form. */
  readonly summary: JsonObject
  readonly buildLog: string
}

export interface StoredDeployment extends DeploymentRecord {
  /** Whether it is live now or has been. */
  readonly wasLive: boolean
}

export const activationKinds = ['deploy', 'activate', 'rollback', 'start'] as const
export type ActivationKind = (typeof activationKinds)[number]

/** A deployment became the live one. */
export interface ActivationRecord {
  /** `act_…`; later ones sort after earlier ones. */
  readonly id: string
  readonly atMs: number
  readonly deploymentId: string
  /** The activation that a rollback from this one goes back to; null for the first. */
  readonly previousId: string | null
  readonly author: string
  readonly how: ActivationKind
}

/** What is beyond the newest ones of a state. */
export interface Beyond {
  readonly state: DeploymentState
  readonly keep: number
  /** Only what was created before; in milliseconds since the epoch. */
  readonly createdBeforeMs: number
}

export interface DeploymentPage {
  readonly limit: number
  /** Only older ones than this. */
  readonly before?: Pick<DeploymentRecord, 'id' | 'createdAtMs'>
}

export interface DeploymentStore {
  find(id: string): Promise<StoredDeployment | undefined>
  /** The text that src/deployments wrote. */
  content(id: string): Promise<string | undefined>
  /** Newest first. */
  list(page: DeploymentPage): Promise<readonly StoredDeployment[]>
  activation(id: string): Promise<ActivationRecord | undefined>
  /** Ids, newest first, without those that an invocation ran with which has a recording. */
  beyond(which: Beyond): Promise<readonly string[]>
  /** Newest first. */
  activations(page: { readonly limit: number }): Promise<readonly ActivationRecord[]>
}
