// A run as its recording file holds it.
import type { Recording } from '../runtime/index.ts'
import type { WorkflowDeployment } from '../workflows/index.ts'
import type { RunInput } from './event-file.ts'
import type { RecordingFile } from './recording-file.ts'
import type { RunDocument } from '../tokens/index.ts'
import type { RunSubject } from './run-subject.ts'

export function recordingOf(
  deployment: WorkflowDeployment,
  subject: RunSubject,
  input: RunInput,
  recording: Recording,
  result: RunDocument,
): RecordingFile {
  const { code, sourceMap, entry, inputs } = deployment.bundle
  const { id, trigger, name, failurePolicy, bindings } = deployment.manifest
  return {
    version: 1,
    file: deployment.file,
    bundle: { code, sourceMap, entry, inputs: [...inputs] },
    manifest: {
      id,
      trigger,
      ...(name !== undefined && { name }),
      failurePolicy: { action: failurePolicy.action },
      bindings: Object.fromEntries(Object.keys(bindings).map((key) => [key, {}])),
    },
    bindings: [...deployment.prepared.source.bindings],
    event: input.event.json,
    claims: { ...input.claims },
    localization: { ...input.localization },
    environment: Object.entries(subject.environment).map(([variable, { isSecret }]) => ({
      name: variable,
      isSecret,
    })),
    limits: { ...subject.limits },
    options: { ...subject.options },
    recording,
    result,
  }
}
