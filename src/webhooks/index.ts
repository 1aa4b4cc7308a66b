export { deliveryJob, deliveryJobKind } from './delivery-job.ts'
export { forwardEvents, type Forwarded } from './forward-events.ts'
export { openDispatcher } from './dispatcher.ts'
export { endpointProblem, type JudgesUrl } from './endpoint.ts'
export { eventTypeDocuments, eventTypeProblem } from './event-types.ts'
export {
  createWebhook,
  deleteWebhook,
  mostWebhooks,
  redeliver,
  resumeWebhook,
  updateWebhook,
} from './operations.ts'
