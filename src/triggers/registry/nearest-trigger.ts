// The trigger that a wrong key, or a wrong member of `WorkflowTrigger`, most likely means.
import { nearest } from '../../errors/index.ts'
import { findTrigger, triggers, type Trigger, type TriggerKey } from './triggers.ts'

/** Spellings that published texts use and no runtime accepts, or that differ from the key by a whole word (C§6.13). */
const wellKnownMisspellings: Readonly<Record<string, TriggerKey>> = {
  'm2m:tokens_generation': 'm2m:token_generation',
  'user:m2m_token_generation': 'm2m:token_generation',
  'user:token_generation': 'user:tokens_generation',
  'user:post_auth': 'user:post_authentication',
  'user:plan_cancellation': 'user:plan_cancellation_request',
  'user:plan_cancelation_request': 'user:plan_cancellation_request',
}

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
export function nearestTriggerMember(name: string): Trigger | undefined {
  const member = nearest(
    name,
    triggers.map((trigger) => trigger.member),
  )
  const byEnding = triggers.find((trigger) => name.toLowerCase().endsWith(trigger.member.toLowerCase()))
  return byEnding ?? tokenTriggerInWords(name) ?? triggers.find((trigger) => trigger.member === member)
}

/** Names that other systems give to the moment at which tokens are made: `onTokenGeneration`, `pre-token-generation`. */
function tokenTriggerInWords(name: string): Trigger | undefined {
  if (!/token|jwt|claims/i.test(name)) return undefined
  return findTrigger(
    /m2m|machine|client.?credentials/i.test(name) ? 'm2m:token_generation' : 'user:tokens_generation',
  )
}
