// What a run of a workflow can end with, and each outgoing call of it.
import type { ErrorEntry } from './error-entry.ts'

export const runCodes = {
  // A run of a workflow
  workflow_threw: {
    meaning: 'The workflow threw, or the promise that it returned was rejected.',
    fix: 'Read the message and the line; catch the error if the sign-in should go on.',
  },
  workflow_denied: {
    meaning: 'The workflow called denyAccess.',
    fix: 'This is the workflow’s decision. Its reason is in the message.',
  },
  claims_invalid: {
    meaning: 'A claim holds something that JSON cannot carry, or is nested too deeply.',
    fix: 'Set strings, finite numbers, booleans, null, arrays and plain objects only.',
  },
  claims_unfit: {
    meaning:
      'The claims do not fit the claims schema of the application or the environment, whose action is refuse.',
    fix: 'Correct what the workflow sets, or claims in mintage.yaml.',
  },
  claims_too_large: {
    meaning: 'The claims of one token are larger than its defaults and the limit (16 KiB) together.',
    fix: 'Set fewer or shorter claims, or raise limits.claimsBytes.',
  },
  claim_reserved: {
    meaning: 'The workflow tried to change a reserved claim and strict claims are on.',
    fix: 'Remove the assignment, or turn strict claims off to have it dropped and logged.',
  },
  wall_clock_exceeded: {
    meaning: 'The run took longer than the wall-clock limit, waiting included.',
    fix: 'Wait for less, or raise limits.wallClockMs.',
  },
  running_time_exceeded: {
    meaning:
      'The workflow computed for longer than the running-time limit, in processor time; waiting does not count.',
    fix: 'Look for a loop that does not end, or raise limits.runningTimeMs.',
  },
  memory_exceeded: {
    meaning: 'The workflow used more memory than the limit.',
    fix: 'Keep less in memory at once, or raise limits.memoryBytes.',
  },
  calls_exceeded: {
    meaning: 'The workflow made more outgoing calls than the limit.',
    fix: 'Make fewer calls, or raise limits.calls.',
  },
  log_exceeded: {
    meaning: 'The workflow logged more than the limit.',
    fix: 'Log less, or raise limits.logBytes.',
  },
  never_settled: {
    meaning: 'The promise that the workflow returned can never settle: no call and no timer is pending.',
    fix: 'Look for a promise that is never resolved or rejected.',
  },
  sandbox_crashed: {
    meaning: 'The engine trapped, or the thread that ran the workflow was lost.',
    fix: 'Try again; if it happens again, report it with the recording of the run.',
  },
  sandbox_busy: {
    meaning: 'No engine was free within the wall-clock limit, or the sandbox is closed.',
    fix: 'Look for workflows that wait or compute for long; more processors, or --workflow-threads of mintage start, run more of them at the same time.',
  },
  replay_diverged: {
    meaning: 'A replayed run asked for something that the recording does not hold.',
    fix: 'Replay the recording with the Mintage version and the environment variables that made it.',
  },
  // An outgoing call of a workflow
  egress_denied: {
    meaning: 'The address of an outgoing call is not allowed.',
    fix: 'Call a public http(s) address, or let the operator allow this one: settings.egress.allow of mintage.yaml, --allow-host of mintage run.',
  },
  answer_invalid: {
    meaning: 'A file of --answer is not JSON, though its name says so.',
    fix: 'Correct the file at the place that the message names.',
  },
  answer_missing: {
    meaning:
      'Answers stand in for servers (--answer, a case, or a test), and none of them matches this outgoing call.',
    fix: 'Add --answer with the address of the call, or let it go out with --allow-host. A case and a test take it among their answers.',
  },
  fetch_failed: {
    meaning: 'The other server could not be reached, or it closed the connection.',
    fix: 'Check the address and the service behind it; catch the error if the sign-in should go on.',
  },
  fetch_timeout: {
    meaning: 'An outgoing call took longer than the limit.',
    fix: 'Make the other server answer faster, or raise limits.callMs.',
  },
  fetch_too_large: {
    meaning: 'The answer to an outgoing call is larger than the limit.',
    fix: 'Ask for less, or raise limits.callBytes.',
  },
  fetch_invalid: {
    meaning: 'An outgoing call has an invalid address, method, header or body.',
    fix: 'Correct the arguments of the call.',
  },
  jwt_cache_invalid: {
    meaning: 'The token handed to kinde.cache.jwtToken did not pass its validation.',
    fix: 'Check the issuer, its keys, and that the token has not expired.',
  },
  breaker_open: {
    meaning:
      'The workflow failed several times in a row, so it is not run for a while (settings.circuitBreaker of mintage.yaml).',
    fix: 'See why the invocations before it failed (mintage logs); it is tried again by itself.',
  },
  token_over_budget: {
    meaning: 'The claims of a token are larger than the budget of its application, whose action is refuse.',
    fix: 'Set fewer or shorter claims, or raise tokenBudget of the application in mintage.yaml.',
  },
  encryption_key_missing: {
    meaning: 'kinde.secureFetch was used and no encryption key is active.',
    fix: 'Configure an encryption key for the workflow.',
  },
} as const satisfies Record<string, ErrorEntry>
