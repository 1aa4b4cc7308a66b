export { deploymentStatus, deploymentStatuses, type DeploymentStatus } from './status.ts'
export { problemSchema, summarySchema } from './summary.ts'
