// The triggers of Kinde (C§7), and which of them Mintage fires. A workflow of another one is checked like any other and
// never runs (never-fires.ts).
import { nearest } from '../../errors/index.ts'

export interface Trigger {
  readonly key: string
  /** The member of `WorkflowTrigger` in @kinde/infrastructure. */
  readonly member: string
  readonly label: string
  /** For a trigger that Mintage never fires: what does its work here, as an imperative sentence. */
  readonly instead?: string
}

const checkAtEachToken =
  'Move its check into the workflow of user:tokens_generation: it runs at each sign-in and refresh, and denyAccess refuses the tokens there.'
const checkInApplication = 'Keep this check in the application: Mintage has no plans and no billing.'

export const triggers = [
  {
    key: 'user:tokens_generation',
    member: 'UserTokenGeneration',
    label: 'user token generation',
  },
  {
    key: 'm2m:token_generation',
    member: 'M2MTokenGeneration',
    label: 'M2M token generation',
  },
  {
    key: 'user:post_authentication',
    member: 'PostAuthentication',
    label: 'post-authentication',
    instead: checkAtEachToken,
  },
  {
    key: 'user:pre_registration',
    member: 'UserPreRegistration',
    label: 'pre-registration',
    instead: `${checkAtEachToken} To close the sign-up, set settings.signUp.isAllowed: false in mintage.yaml.`,
  },
  { key: 'user:pre_mfa', member: 'UserPreMFA', label: 'pre-MFA', instead: checkAtEachToken },
  {
    key: 'user:existing_password_provided',
    member: 'ExistingPasswordProvided',
    label: 'existing password provided',
    instead: 'Import your users with their password hashes: PUT /api/v1/users/{id}/password.',
  },
  {
    key: 'user:new_password_provided',
    member: 'NewPasswordProvided',
    label: 'password set or reset',
    instead: 'Set rules for passwords with settings.passwords of mintage.yaml.',
  },
  {
    key: 'user:plan_selection',
    member: 'PlanSelection',
    label: 'plan selection',
    instead: checkInApplication,
  },
  {
    key: 'user:plan_cancellation_request',
    member: 'PlanCancellationRequest',
    label: 'plan cancellation request',
    instead: checkInApplication,
  },
  {
    key: 'user:new_username_provided',
    member: 'NewUsernameProvided',
    label: 'username provided',
    instead: 'Check usernames where you create users.',
  },
] as const satisfies readonly Trigger[]

export type TriggerKey = (typeof triggers)[number]['key']
/** The triggers that run workflows here. */
export type FiredTrigger = Exclude<(typeof triggers)[number], { readonly instead: string }>['key']

/** Spellings that published texts use and no runtime accepts, or that differ from the key by a whole word (C§6.13). */
const wellKnownMisspellings: Readonly<Record<string, TriggerKey>> = {
  'm2m:tokens_generation': 'm2m:token_generation',
  'user:m2m_token_generation': 'm2m:token_generation',
  'user:token_generation': 'user:tokens_generation',
  'user:post_auth': 'user:post_authentication',
  'user:plan_cancellation': 'user:plan_cancellation_request',
  'user:plan_cancelation_request': 'user:plan_cancellation_request',
}

/** The trigger with exactly this key. */
export function findTrigger(key: string): (typeof triggers)[number] | undefined {
  return triggers.find((trigger) => trigger.key === key)
}

export function isFired(key: TriggerKey): key is FiredTrigger {
  const trigger: Trigger | undefined = findTrigger(key)
  return trigger?.instead === undefined
}

/** The keys of the triggers that run workflows here. */
export const firedTriggers: readonly FiredTrigger[] = triggers.map(({ key }) => key).filter(isFired)

/** The trigger that a wrong key most likely means; a member of `WorkflowTrigger` written as a string counts too. */
export function nearestTrigger(text: string): TriggerKey | undefined {
  const wanted = text.trim().toLowerCase()
  if (Object.hasOwn(wellKnownMisspellings, wanted)) return wellKnownMisspellings[wanted]
  const byMember = triggers.find((trigger) => wanted.endsWith(trigger.member.toLowerCase()))
  if (byMember) return byMember.key
  const inWords = tokenTriggerInWords(wanted)
  if (inWords) return inWords.key
  const byKey = nearest(
    wanted,
    triggers.map((trigger) => trigger.key),
  )
  return triggers.find((trigger) => trigger.key === byKey)?.key ?? nearestTriggerMember(text.trim())?.key
}

/** The trigger whose member of `WorkflowTrigger` is most like this name. */
export function nearestTriggerMember(name: string): (typeof triggers)[number] | undefined {
  const member = nearest(
    name,
    triggers.map((trigger) => trigger.member),
  )
  const byEnding = triggers.find((trigger) => name.toLowerCase().endsWith(trigger.member.toLowerCase()))
  return byEnding ?? tokenTriggerInWords(name) ?? triggers.find((trigger) => trigger.member === member)
}

/** Names that other systems give to the moment at which tokens are made: `onTokenGeneration`, `pre-token-generation`. */
function tokenTriggerInWords(name: string): (typeof triggers)[number] | undefined {
  if (!/token|jwt|claims/i.test(name)) return undefined
  return findTrigger(
    /m2m|machine|client.?credentials/i.test(name) ? 'm2m:token_generation' : 'user:tokens_generation',
  )
}
