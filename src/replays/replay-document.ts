// One replayed invocation as `mintage replay ID --json` prints it and the management API answers it. A promise to scripts: fields are added.
import { z } from 'zod'
import { tokenKinds } from '../oauth/index.ts'
import { isIssuedTheSame } from './differences.ts'
import type { Replay } from './replay-invocation.ts'

const differenceSchema = z.object({
  of: z.enum(['decision', 'outcome', 'denied', 'error', 'log', 'calls', ...tokenKinds]),
  claim: z.string().exactOptional().describe('Of a token; `*` is the whole of it.'),
  kind: z.enum(['added', 'changed', 'removed']),
  recorded: z.json().exactOptional(),
  replayed: z.json().exactOptional(),
})

export const replayDocumentSchema = z.object({
  version: z.literal(1),
  invocation: z.string(),
  startedAt: z.string(),
  client: z.string(),
  user: z.string().nullable(),
  deployment: z
    .string()
    .nullable()
    .describe('What was replayed with; null without a workflow for the trigger: the default claims.'),
  recordedWith: z.string(),
  identical: z
    .boolean()
    .describe('Whether the same tokens would be issued, byte for byte, or the same refusal.'),
  mode: z
    .enum(['exact', 'answers'])
    .describe(
      '`exact`: to the letter of the recording. `answers`: the code asked for something else, and got the recorded answers in its own order.',
    ),
  differences: z.array(differenceSchema),
  skippedCalls: z
    .array(z.object({ method: z.string(), url: z.string() }))
    .describe('Calls that the recording holds no answer to.'),
})

export type ReplayDocument = z.output<typeof replayDocumentSchema>

export function replayDocument(
  { invocation, mode, differences, missing }: Replay,
  deploymentId: string | null,
): ReplayDocument {
  return {
    version: 1,
    invocation: invocation.id,
    startedAt: new Date(invocation.startedAtMs).toISOString(),
    client: invocation.clientId,
    user: invocation.userId,
    deployment: deploymentId,
    recordedWith: invocation.deploymentId,
    identical: isIssuedTheSame(differences),
    mode,
    differences: [...differences],
    skippedCalls: [...missing],
  }
}
