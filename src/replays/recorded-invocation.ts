// An invocation with all that it needs to run again, put together from its record and its recording; or the reason why it cannot.
import { z } from 'zod'
import { tokenKinds, type JsonObject } from '../oauth/index.ts'
import { defaultLimits, type Environment, type Recording, type RunLimits } from '../runtime/index.ts'
import type { StoredInvocation, StoredRecording } from '../store/index.ts'
import {
  invocationDocumentSchema,
  isTokenTrigger,
  parseTokenEvent,
  requestRules,
  type InvocationDocument,
  type MintRequest,
} from '../tokens/index.ts'
import { parseRecordedRun } from '../triggers/index.ts'

export interface RecordedInvocation {
  readonly id: string
  readonly startedAtMs: number
  readonly deploymentId: string
  readonly userId: string | null
  readonly clientId: string
  readonly request: MintRequest
  readonly environment: Environment
  readonly limits: RunLimits
  readonly strictClaims: boolean
  /** By the id of the workflow, which is unique in a project. A workflow that did not run has none. */
  readonly recordings: ReadonlyMap<string, Recording>
  /** What was issued and why. */
  readonly document: InvocationDocument
}

export const notReplayable = {
  'not-recorded':
    'nothing is kept to run it again: recordings were off, its answers were too large, or its recording has been deleted because of its age',
  'did-not-run': 'its workflow did not run: the sandbox was busy or lost a thread',
  'deployment-gone': 'its deployment is not stored',
  'another-version': 'another version of Mintage recorded it',
} as const
export type NotReplayable = keyof typeof notReplayable

const claimsSchema = z.record(z.string(), z.json())
const shownSchema = z.object({ before: z.partialRecord(z.enum(tokenKinds), claimsSchema) })
const hiddenSchema = z.object(requestRules)

export function recordedInvocation(
  stored: StoredInvocation,
  recording: StoredRecording | undefined,
): RecordedInvocation | NotReplayable {
  const document = invocationDocumentSchema.safeParse(stored.document).data
  if (document === undefined || !isTokenTrigger(stored.trigger)) return 'another-version'
  if (document.outcome === 'busy' || document.outcome === 'crashed') return 'did-not-run'
  if (recording === undefined) return 'not-recorded'
  const run = parseRecordedRun(recording.run)
  const shown =
    run?.shown === undefined ? { before: beforeOf(document) } : shownSchema.safeParse(run.shown).data
  if (run === undefined || shown === undefined) return 'another-version'
  const { strictClaims = false, ...rules } = hiddenSchema.parse(run.hidden)
  const { id, startedAtMs, deploymentId, userId, clientId } = stored
  return {
    id,
    startedAtMs,
    deploymentId,
    userId,
    clientId,
    request: {
      event: parseTokenEvent(run.event ?? document.event, stored.trigger, id),
      before: shown.before,
      ...rules,
    },
    environment: recording.environment,
    limits: { ...defaultLimits, ...run.limits },
    strictClaims,
    recordings: new Map(
      run.steps.flatMap(({ workflow, recording: of }) => (of === undefined ? [] : [[workflow, of]])),
    ),
    document,
  }
}

function beforeOf(document: InvocationDocument): Partial<Record<(typeof tokenKinds)[number], JsonObject>> {
  return Object.fromEntries(
    tokenKinds.flatMap((token) => {
      const found = document[token]
      return found === undefined ? [] : [[token, found.before]]
    }),
  )
}

/** Documents of before a trigger could have several workflows hold no steps. */
export function stepsOf({
  steps,
  workflow: { id: workflow, file },
  outcome,
}: InvocationDocument): NonNullable<InvocationDocument['steps']> {
  return steps ?? [{ workflow, file, outcome }]
}
