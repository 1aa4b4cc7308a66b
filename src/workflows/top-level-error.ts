// What a top level threw, as an error for the author: at the author's own line when there is one, and with the package when the
// code that threw is in one, because the author cannot correct that.
import { formatLocation, WorkflowError } from '../errors/index.ts'
import type { GuestError } from '../runtime/index.ts'
import type { Bundle } from './bundle.ts'
import { hintForMissingName, undefinedName } from './missing-name.ts'
import { printable } from './printable.ts'
import { packageOf } from './project-boundary.ts'
import { locate, throwingPlace } from './source-position.ts'

/** `text` says what happened to the workflow; it is bounded here. */
export function topLevelError(
  error: Pick<GuestError, 'message' | 'stack'>,
  text: string,
  bundle: Bundle,
  cause?: unknown,
): WorkflowError {
  const thrownAt = throwingPlace(error.stack, bundle)
  const inPackage = thrownAt && packageOf(thrownAt.file)
  const where =
    thrownAt && inPackage !== undefined ? `, in the package "${inPackage}" (${formatLocation(thrownAt)})` : ''
  return new WorkflowError('top_level_threw', `${printable(text, 1_000)}${where}`, {
    at: locate(error.stack, bundle) ?? { file: bundle.entry },
    hint: topLevelHint(error.message, inPackage),
    ...(cause !== undefined && { cause }),
  })
}

function topLevelHint(message: string, inPackage: string | undefined): string {
  const name = undefinedName(message)
  const known = name === undefined ? undefined : hintForMissingName(name)
  if (inPackage === undefined) return known ?? 'Move what can fail into the default function.'
  const missing = name === undefined ? '' : `It expects ${name}, which a workflow does not have. `
  return `${missing}Use a package or a version that runs without Node and without a browser, or do this work behind a call (kinde.fetch).`
}
