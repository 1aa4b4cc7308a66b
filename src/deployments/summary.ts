// What lists show of a deployment: kept beside its content, so that a list reads no code. Parsed as it comes from the database; a member
// that comes later has a default for the summaries of before it.
import { z } from 'zod'
import type { JsonObject } from '../oauth/index.ts'

const position = z.object({
  file: z.string(),
  line: z.number().optional(),
  column: z.number().optional(),
})

/** What the check found wrong, or worth a look. */
export const problemSchema = z.object({
  code: z.string(),
  message: z.string(),
  at: position.optional(),
  hint: z.string().optional(),
})
export type DeploymentProblem = z.output<typeof problemSchema>

export const summarySchema = z.object({
  workflows: z
    .array(
      z.object({
        /** `wfd_…` */
        id: z.string(),
        workflowId: z.string(),
        name: z.string().nullable().default(null),
        trigger: z.string(),
        file: z.string(),
      }),
    )
    .default([]),
  requiredVariables: z.array(z.string()).default([]),
  /** Why it failed; empty when it is ready. */
  problems: z.array(problemSchema).default([]),
  warnings: z.array(problemSchema).default([]),
  contentBytes: z.number().default(0),
})

export type DeploymentSummary = z.output<typeof summarySchema>

/** As it is stored: without members that are undefined. */
export function summaryJson(summary: DeploymentSummary): JsonObject {
  return JSON.parse(JSON.stringify(summary)) as JsonObject
}
