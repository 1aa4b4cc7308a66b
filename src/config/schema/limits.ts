// `settings.limits`: what one run of a workflow may use.
import { z } from 'zod'
import type { RunLimits } from '../../runtime/index.ts'
import { count } from './fields.ts'

/** Defaults of these are runtime's own, so only what is given is kept. */
export const limits = z.strictObject({
  wallClockMs: count
    .optional()
    .describe('From the start of a run to its end in milliseconds, waiting included.'),
  runningTimeMs: count
    .optional()
    .describe('Processor time inside the engine, in milliseconds; waiting does not count.'),
  memoryBytes: count.optional().describe('The heap of the engine, in bytes.'),
  calls: count.optional().describe('Outgoing calls of one run.'),
  callMs: count
    .optional()
    .describe(
      'One outgoing call in milliseconds, redirects included. Holds for the calls of the server, too.',
    ),
  callBytes: count
    .optional()
    .describe('The decoded body of one answer, in bytes. Holds for the calls of the server, too.'),
  logBytes: count.optional().describe('All log lines of one run together, in bytes.'),
  claimsBytes: count
    .optional()
    .describe('Bytes of JSON that the claims of one token may have beyond those of its defaults.'),
  claimsDepth: count.optional().describe('How deeply claims may be nested.'),
  bundleBytes: count.optional().describe('The bundle of one workflow, in bytes.'),
} satisfies Record<keyof RunLimits, z.ZodType>)
