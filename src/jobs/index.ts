export { FinalJobError, type GoesOn, type JobKind, type JobKinds, type RunningJob } from './job-kind.ts'
export { openJobs, type Jobs } from './worker.ts'
