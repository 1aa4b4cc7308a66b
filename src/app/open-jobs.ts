// The background work of this server, by name. docs/guides/run-in-production.md lists the kinds.
import type { MintageFile, MintageSettings } from '../config/index.ts'
import { accountMailKind, clientIdOf, sessionEndKind } from '../directory/index.ts'
import type { Issuer } from '../issuer/index.ts'
import { openJobs, type JobKinds, type Jobs } from '../jobs/index.ts'
import type { Mail } from '../mail/index.ts'
import { rehearsalJobKind } from '../rehearsal/index.ts'
import type { Store } from '../store/index.ts'
import type { Logger } from '../telemetry/index.ts'
import { accountMailJob } from './account-mails.ts'
import { housekeeping } from './housekeeping.ts'
import { keyRotation } from './key-rotation.ts'
import { rehearsalJob, type RehearsalParts } from './rehearsals.ts'
import { sessionEndJob } from './session-end-job.ts'

interface OpenJobsDeps {
  readonly store: Store
  readonly settings: MintageSettings
  readonly log: Logger
  readonly mail: Mail
  readonly issuer: string
  readonly invitationApplication: string | undefined
  readonly rehearsals: RehearsalParts
  readonly sessionEnds: Pick<Issuer, 'notifySessionEnd'>
  /** Of deployments from git, and of webhooks. */
  readonly more: JobKinds
}

export function openServerJobs(deps: OpenJobsDeps): Jobs {
  const { store, settings, log, mail, issuer, invitationApplication, rehearsals, sessionEnds, more } = deps
  const { name, languages } = settings
  const language = languages[0] ?? 'en'
  return openJobs({
    store,
    log,
    kinds: {
      [accountMailKind]: accountMailJob({
        mail,
        issuer,
        customDomains: settings.customDomains,
        store,
        name,
        language,
        invitationApplication,
      }),
      housekeeping: housekeeping(store, settings),
      [sessionEndKind]: sessionEndJob(sessionEnds),
      'key-rotation': keyRotation(store, settings),
      [rehearsalJobKind]: rehearsalJob(rehearsals),
      ...more,
    },
  })
}

/** The application that invitations lead to, as the file names it. */
export function invitationClientId({ applications, settings }: MintageFile): string | undefined {
  const { application: key } = settings.invitations
  return key === undefined ? undefined : clientIdOf(key, applications[key] ?? { clientId: key })
}
