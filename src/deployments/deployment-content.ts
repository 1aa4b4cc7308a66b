// What a deployment is made of, as one JSON text: what is uploaded, hashed and stored. The sender has bundled it; everything that it
// claims beyond its code is read again on this side (check-content.ts).
import { z } from 'zod'
import { WorkflowError } from '../errors/index.ts'
import type { RunLimits } from '../runtime/index.ts'
import { deploymentId, requiredVariables, type ReadWorkflow, type RunSettings } from '../workflows/index.ts'
import { problemSchema, type DeploymentProblem } from './summary.ts'

const count = z.int().min(1)
const limits = z.strictObject({
  wallClockMs: count.optional(),
  runningTimeMs: count.optional(),
  memoryBytes: count.optional(),
  calls: count.optional(),
  callMs: count.optional(),
  callBytes: count.optional(),
  logBytes: count.optional(),
  claimsBytes: count.optional(),
  claimsDepth: count.optional(),
  bundleBytes: count.optional(),
} satisfies Record<keyof RunLimits, z.ZodType>)

const runSettingsSchema = z.strictObject({
  limits: limits.default({}),
  strictClaims: z.boolean().default(false),
  strictBindings: z.boolean().default(false),
  secureFetchEncoding: z.enum(['base64url', 'base64']).default('base64url'),
}) satisfies z.ZodType<RunSettings>

const shortText = z.string().min(1).max(1_000)

const variableSchema = z.strictObject({
  name: shortText,
  at: z.strictObject({ file: shortText, line: z.int().optional(), column: z.int().optional() }),
})

const mostWorkflows = 200

/** Of another version: refused, because what it means is not known here. */
export const contentSchema = z.strictObject({
  version: z.literal(1, 'this server takes deployments of version 1: it is older or newer than the sender'),
  workflows: z
    .array(
      z.strictObject({
        file: shortText,
        code: z.string().min(1),
        /** JSON text; empty without one. */
        sourceMap: z.string(),
        variables: z.array(variableSchema).max(1_000).default([]),
      }),
    )
    .min(1)
    .max(mostWorkflows),
  settings: runSettingsSchema,
  /** What the build said that the author should look at. */
  warnings: z.array(problemSchema).max(1_000).default([]),
})
export type DeploymentContent = z.output<typeof contentSchema>

export function contentId({ workflows, settings }: DeploymentContent): string {
  return deploymentId(
    workflows.map(({ file, code }) => ({ file, bundle: { code } })),
    settings,
  )
}

/** Of a project that was built. */
export async function contentOf(
  workflows: readonly ReadWorkflow[],
  settings: RunSettings,
  warnings: readonly DeploymentProblem[] = [],
): Promise<DeploymentContent> {
  return {
    version: 1,
    workflows: await Promise.all(
      workflows.map(async ({ file, bundle }) => ({
        file,
        code: bundle.code,
        sourceMap: bundle.sourceMap,
        variables: (await requiredVariables(bundle)).map(({ name, at }) => ({ name, at: { ...at } })),
      })),
    ),
    settings: runSettingsSchema.parse(settings),
    warnings: [...warnings],
  }
}

/** Of the database. Throws WorkflowError `deployment_invalid` for one that a version wrote which this one cannot read. */
export function parsedContent(id: string, text: string): DeploymentContent {
  const parsed = contentSchema.safeParse(JSON.parse(text))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new WorkflowError(
    'deployment_invalid',
    `The deployment ${id} cannot be read: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  )
}
