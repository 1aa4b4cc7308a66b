export { nearestTrigger, nearestTriggerMember } from './nearest-trigger.ts'
export { triggersReference } from './reference.ts'
export {
  findTrigger,
  firedTriggers,
  isFired,
  triggers,
  triggersWith,
  type EventFields,
  type FiredTrigger,
  type TriggerKey,
} from './triggers.ts'
