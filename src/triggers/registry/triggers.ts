// The registry: a row for each of Kinde's ten triggers (C§7). What the command line, the pages of docs, the checks of a project
// and the runs know of a trigger, they read here. A workflow of a trigger that does not fire is checked like any other, and
// never runs (workflows/never-fires.ts).
import type { z } from 'zod'
import * as events from './event-schemas.ts'

interface TriggerRow {
  readonly key: string
  /** The member of `WorkflowTrigger` in @kinde/infrastructure. */
  readonly member: string
  readonly label: string
  /** The type of the event in @kinde/infrastructure. */
  readonly eventType: string
  readonly event: z.ZodType
  /** When Kinde fires it, as the end of a sentence that begins with "When". */
  readonly moment: string
  /** Bindings that it has beyond those of every trigger (workflows/binding.ts). */
  readonly bindings: readonly string[]
  /** What its workflow may do with the result, as ends of a sentence that begins with "It may". */
  readonly mayDo: readonly string[]
  /** For a trigger that does not fire here: what does its work instead, as an imperative sentence. */
  readonly instead?: string
}

const checkAtEachToken =
  'Move its check into the workflow of user:tokens_generation: it runs at each sign-in and refresh, and denyAccess refuses the tokens there.'
const checkInApplication =
  'Keep this check in the application: only the management API changes the plan of a customer.'

const deny = 'refuse the sign-in'

export const triggers = [
  {
    key: 'user:tokens_generation',
    member: 'UserTokenGeneration',
    label: 'user token generation',
    eventType: 'onUserTokenGeneratedEvent',
    event: events.userTokensEvent,
    moment: 'a user’s tokens are made: at a sign-in, at a return to a running session, at a refresh',
    bindings: ['kinde.accessToken', 'kinde.idToken', 'kinde.auth', 'kinde.ssoSession'],
    mayDo: ['add, change and remove claims of the access token and the ID token', 'refuse the tokens'],
  },
  {
    key: 'm2m:token_generation',
    member: 'M2MTokenGeneration',
    label: 'M2M token generation',
    eventType: 'onM2MTokenGeneratedEvent',
    event: events.m2mTokenEvent,
    moment: 'a machine’s token is made (client_credentials)',
    bindings: ['kinde.m2mToken'],
    mayDo: ['add, change and remove claims of the token'],
  },
  {
    key: 'user:post_authentication',
    member: 'PostAuthentication',
    label: 'post-authentication',
    eventType: 'onPostAuthenticationEvent',
    event: events.postAuthenticationEvent,
    moment: 'the first factor is proved, before the second and before access is decided',
    bindings: ['kinde.auth'],
    mayDo: [deny],
    instead: checkAtEachToken,
  },
  {
    key: 'user:pre_registration',
    member: 'UserPreRegistration',
    label: 'pre-registration',
    eventType: 'onUserPreRegistrationEvent',
    event: events.preRegistrationEvent,
    moment: 'a new person has proved the first factor, before the user exists',
    bindings: ['kinde.auth'],
    mayDo: [deny],
    instead: `${checkAtEachToken} To close the sign-up, set settings.signUp.isAllowed: false in mintage.yaml.`,
  },
  {
    key: 'user:pre_mfa',
    member: 'UserPreMFA',
    label: 'pre-MFA',
    eventType: 'onUserPreMFA',
    event: events.preMfaEvent,
    moment: 'the first factor is proved and the organization is known, before the second factor',
    bindings: ['kinde.mfa', 'kinde.auth'],
    mayDo: ['require or skip the second factor of this sign-in', deny],
    instead: checkAtEachToken,
  },
  {
    key: 'user:existing_password_provided',
    member: 'ExistingPasswordProvided',
    label: 'existing password provided',
    eventType: 'onExistingPasswordProvidedEvent',
    event: events.existingPasswordEvent,
    moment: 'a person enters an existing password',
    bindings: ['kinde.widget', 'kinde.auth'],
    mayDo: ['refuse the password with a message at its field', deny],
    instead: 'Import your users with their password hashes: PUT /api/v1/users/{id}/password.',
  },
  {
    key: 'user:new_password_provided',
    member: 'NewPasswordProvided',
    label: 'password set or reset',
    eventType: 'onNewPasswordProvidedEvent',
    event: events.newPasswordEvent,
    moment: 'a person sets or resets a password',
    bindings: ['kinde.widget', 'kinde.auth'],
    mayDo: ['refuse the password with a message at its field', deny],
    instead: 'Set rules for passwords with settings.passwords of mintage.yaml.',
  },
  {
    key: 'user:plan_selection',
    member: 'PlanSelection',
    label: 'plan selection',
    eventType: 'onPlanSelection',
    event: events.planSelectionEvent,
    moment: 'a customer asks for another plan, before the change and the payment',
    bindings: ['kinde.plan'],
    mayDo: ['refuse the plan'],
    instead: checkInApplication,
  },
  {
    key: 'user:plan_cancellation_request',
    member: 'PlanCancellationRequest',
    label: 'plan cancellation request',
    eventType: 'onPlanCancellationRequest',
    event: events.planCancellationEvent,
    moment: 'a customer asks to end a plan, before it ends',
    bindings: ['kinde.plan'],
    mayDo: ['refuse the cancellation'],
    instead: checkInApplication,
  },
  {
    key: 'user:new_username_provided',
    member: 'NewUsernameProvided',
    label: 'username provided',
    eventType: 'onNewUsernameProvidedEvent',
    event: events.newUsernameEvent,
    moment: 'a person chooses a username',
    bindings: [],
    mayDo: ['refuse the username with a message at its field'],
    instead: 'Check usernames where you create users.',
  },
] as const satisfies readonly TriggerRow[]

type Row = (typeof triggers)[number]

export type Trigger = Row & TriggerRow
export type TriggerKey = Row['key']
/** The triggers that run workflows here. */
export type FiredTrigger = Exclude<Row, { readonly instead: string }>['key']
/** The checked fields of a trigger's event. */
export type EventFields<Key extends TriggerKey> = z.infer<Extract<Row, { readonly key: Key }>['event']>

/** The trigger with exactly this key. */
export function findTrigger(key: string): Trigger | undefined {
  return triggers.find((trigger) => trigger.key === key)
}

export function isFired(key: TriggerKey): key is FiredTrigger {
  return findTrigger(key)?.instead === undefined
}

/** The keys of the triggers that run workflows here. */
export const firedTriggers: readonly FiredTrigger[] = triggers.map(({ key }) => key).filter(isFired)

/** The triggers that have a binding beyond those of every trigger. */
export function triggersWith(binding: string): readonly TriggerKey[] {
  const rows: readonly Trigger[] = triggers
  return rows.filter(({ bindings }: TriggerRow) => bindings.includes(binding)).map(({ key }) => key)
}
