// A run as its recording file holds it.
import type { TokenTriggerRun, RunDocument } from '../tokens/index.ts'
import type { Recording } from '../runtime/index.ts'
import type { ServingDeployment, WorkflowDeployment } from '../workflows/index.ts'
import type { RunInput } from './event-file.ts'
import type { RecordedWorkflow, RecordingFile } from './recording-file.ts'
import type { RunSubject } from './run-subject.ts'

export function recordingOf(
  { workflows }: ServingDeployment,
  subject: RunSubject,
  input: RunInput,
  { steps }: Pick<TokenTriggerRun, 'steps'>,
  result: RunDocument,
): RecordingFile {
  const [first, ...next] = workflows
  // A workflow that did not run is replayed only if those before it end otherwise, and then may not call out.
  const nothing = (of: Recording | undefined) => ({
    startedAtMs: of?.startedAtMs ?? 0,
    seed: of?.seed ?? '0'.repeat(64),
    answers: [],
    deliveries: [],
    calls: [],
  })
  const recordings = steps.map((step) => ('run' in step ? step.run.recording : undefined))
  const recordingAt = (index: number) => recordings[index] ?? nothing(recordings[0])
  return {
    version: 1,
    ...recordedWorkflow(first, recordingAt(0)),
    ...(next.length > 0 && {
      next: next.map((workflow, index) => recordedWorkflow(workflow, recordingAt(index + 1))),
    }),
    event: input.event.json,
    claims: { ...input.claims },
    localization: { ...input.localization },
    environment: Object.entries(subject.environment).map(([variable, { isSecret }]) => ({
      name: variable,
      isSecret,
    })),
    limits: { ...subject.limits },
    options: { ...subject.options },
    result,
  }
}

function recordedWorkflow(
  { file, bundle, manifest, prepared }: WorkflowDeployment,
  recording: Recording,
): RecordedWorkflow {
  const { code, sourceMap, entry, inputs } = bundle
  const { id, trigger, name, order, failurePolicy, bindings } = manifest
  return {
    file,
    bundle: { code, sourceMap, entry, inputs: [...inputs] },
    manifest: {
      id,
      trigger,
      ...(name !== undefined && { name }),
      ...(order !== undefined && { order }),
      failurePolicy: { ...failurePolicy },
      bindings: Object.fromEntries(
        Object.entries(bindings).map(([key, { resetClaims }]) => [
          key,
          resetClaims === true ? { resetClaims } : {},
        ]),
      ),
    },
    bindings: [...prepared.source.bindings],
    recording,
  }
}
