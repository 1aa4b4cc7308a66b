export { FinalJobError, type JobKind, type RunningJob } from './job-kind.ts'
export { openJobs, type Jobs } from './worker.ts'
