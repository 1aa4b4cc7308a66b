// The file of `mintage run --record`: everything that a replay needs, the bundle included, and the result to compare it
// with. It holds the claims, the answers of other systems and the names of environment variables, never their values.
import { z } from 'zod'
import { ConfigError } from '../errors/index.ts'
import { recordingSchema, type Environment } from '../runtime/index.ts'
import { triggers } from '../triggers/registry/index.ts'
import { failureActions } from '../workflows/index.ts'
import { withoutSecrets, withSecrets } from './recorded-secrets.ts'
import { runDocumentSchema } from '../tokens/index.ts'
import { readJsonFile, writePrivateFile } from './text-file.ts'

const claimsSchema = z.record(z.string(), z.json())
const limit = z.number().positive()

const workflowShape = {
  file: z.string(),
  bundle: z.strictObject({
    code: z.string(),
    sourceMap: z.string(),
    entry: z.string(),
    inputs: z.array(z.string()),
  }),
  manifest: z.strictObject({
    id: z.string(),
    trigger: z.enum(triggers.map(({ key }) => key)),
    name: z.string().optional(),
    order: z.int().optional(),
    failurePolicy: z.strictObject({
      action: z.enum(failureActions),
      fallback: z.literal('last-good').exactOptional(),
      maxAgeSeconds: z.int().min(1).exactOptional(),
    }),
    bindings: z.record(z.string(), z.record(z.string(), z.json())),
  }),
  bindings: z.array(z.string()),
  recording: recordingSchema,
}

const workflowSchema = z.strictObject(workflowShape)

const recordingFileSchema = z.strictObject({
  version: z.literal(1),
  ...workflowShape,
  /** The workflows that ran after the first one. */
  next: z.array(workflowSchema).optional(),
  event: claimsSchema,
  claims: z.strictObject({
    accessToken: claimsSchema.optional(),
    idToken: claimsSchema.optional(),
    m2mToken: claimsSchema.optional(),
  }),
  localization: z.record(z.string(), z.string()),
  environment: z.array(z.strictObject({ name: z.string(), isSecret: z.boolean() })),
  limits: z.strictObject({
    wallClockMs: limit,
    runningTimeMs: limit,
    memoryBytes: limit,
    calls: z.number().nonnegative(),
    callMs: limit,
    callBytes: limit,
    logBytes: limit,
    claimsBytes: limit,
    claimsDepth: limit,
    bundleBytes: limit,
  }),
  options: z.strictObject({
    strictBindings: z.boolean(),
    strictClaims: z.boolean(),
    secureFetchEncoding: z.enum(['base64', 'base64url']),
  }),
  result: runDocumentSchema,
})

export type RecordedWorkflow = z.infer<typeof workflowSchema>
export type RecordingFile = z.infer<typeof recordingFileSchema>

/** Secrets in it are marks until restoreSecrets. Throws ConfigError `file_unreadable` or `recording_invalid`. */
export async function readRecordingFile(path: string): Promise<RecordingFile> {
  const parsed = recordingFileSchema.safeParse(await readJsonFile(path, 'recording_invalid'))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = issue?.path.join('.') ?? ''
  throw new ConfigError(
    'recording_invalid',
    `${path} is not a recording of a run: ${field || 'the file'} is not as expected.`,
    {
      at: { file: path },
      hint: 'Make one with mintage run FILE --event EVENT.json --record FILE.',
    },
  )
}

/** The recording with the values of the environment that is given for its replay in the place of the marks. */
export function restoreSecrets(recording: RecordingFile, environment: Environment): RecordingFile {
  return recordingFileSchema.parse(withSecrets(recording, environment, recording.recording.seed))
}

/** Throws ConfigError `file_unreadable`. */
export async function writeRecordingFile(
  path: string,
  recording: RecordingFile,
  environment: Environment,
): Promise<void> {
  const written = withoutSecrets(recording, environment, recording.recording.seed)
  await writePrivateFile(path, `${JSON.stringify(written, null, 2)}\n`)
}
