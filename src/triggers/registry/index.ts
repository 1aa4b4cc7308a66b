export {
  findTrigger,
  firedTriggers,
  isFired,
  nearestTrigger,
  nearestTriggerMember,
  triggers,
  type FiredTrigger,
  type Trigger,
  type TriggerKey,
} from './trigger.ts'
