// What is kept of an invocation: the run as `mintage run --json` shows it, with the event and the workflow's file. Values of
// secret variables are taken out of every text in it: the record is for people, the result is for the client.
import { z } from 'zod'
import type { JsonObject } from '../oauth/index.ts'
import { withoutSecrets, type Redact } from './secrets-in-texts.ts'

const workflowSchema = z.object({ id: z.string(), file: z.string(), trigger: z.string() })

/** What the record of an invocation adds to the document of its run. */
export const invocationFields = { workflow: workflowSchema, event: z.record(z.string(), z.json()) }

interface Invoked {
  readonly workflow: z.infer<typeof workflowSchema>
  readonly event: JsonObject
  /** The document of the run, with `redact` applied to every text that a person reads. */
  readonly run: (redact: Redact) => object
}

interface WrittenDown {
  readonly document: JsonObject
  /** Whether a text in it is not as it was. */
  readonly isRedacted: boolean
}

/** `redact` is undefined when no variable is secret: the record then shares what it holds with the part that fires the trigger. */
export function invocationDocument(
  { workflow, event, run }: Invoked,
  redact: Redact | undefined,
): WrittenDown {
  const document: object = { workflow, event, ...run(redact ?? asItIs) }
  // Plain data; what is undefined in it is not there once it is written.
  if (redact === undefined) return { document: document as JsonObject, isRedacted: false }
  let isRedacted = false
  const noted: Redact = (text) => {
    const left = redact(text)
    if (left !== text) isRedacted = true
    return left
  }
  return { document: withoutSecrets(document, noted), isRedacted }
}

const asItIs: Redact = (text) => text
