// The contract that every database is held to. A database passes all of it or is not supported.
import { apiKeyContract } from './api-keys.ts'
import { artifactContract } from './artifacts.ts'
import { atRestContract } from './at-rest.ts'
import { billingContract } from './billing.ts'
import { brandingContract } from './branding.ts'
import { catalogContract } from './catalog.ts'
import type { NewDatabase } from './contract-database.ts'
import { counterContract } from './counters.ts'
import { deploymentContract } from './deployments.ts'
import { directoryContract } from './directory.ts'
import { eventContract } from './events.ts'
import { historyContract } from './history.ts'
import { invitationContract } from './invitations.ts'
import { jobContract } from './jobs.ts'
import { newerVersionContract } from './newer-version.ts'
import { membersContract } from './members.ts'
import { openingContract } from './opening.ts'
import { importContract } from './imports.ts'
import { rehearsalContract } from './rehearsals.ts'
import { recordingContract } from './recordings.ts'
import { removalContract } from './removals.ts'
import { resealingContract } from './re-sealing.ts'
import { shadowContract } from './shadows.ts'
import { singleUseContract } from './single-use.ts'
import { subscriberContract } from './subscribers.ts'
import { tokenSubjectContract } from './token-subject.ts'
import { userSearchContract } from './user-search.ts'
import { webhookContract } from './webhooks.ts'

export function storeContract(newDatabase: NewDatabase): void {
  openingContract(newDatabase)
  newerVersionContract(newDatabase)
  artifactContract(newDatabase)
  singleUseContract(newDatabase)
  directoryContract(newDatabase)
  membersContract(newDatabase)
  userSearchContract(newDatabase)
  removalContract(newDatabase)
  tokenSubjectContract(newDatabase)
  catalogContract(newDatabase)
  billingContract(newDatabase)
  brandingContract(newDatabase)
  counterContract(newDatabase)
  historyContract(newDatabase)
  recordingContract(newDatabase)
  eventContract(newDatabase)
  jobContract(newDatabase)
  deploymentContract(newDatabase)
  rehearsalContract(newDatabase)
  apiKeyContract(newDatabase)
  subscriberContract(newDatabase)
  importContract(newDatabase)
  invitationContract(newDatabase)
  shadowContract(newDatabase)
  webhookContract(newDatabase)
  atRestContract(newDatabase)
  resealingContract(newDatabase)
}
