// A workflow of a trigger that Mintage never fires, as an error for its author. Kinde runs it, so a project that moves
// here may count on a check that does not happen: production refuses it, everything else warns (docs/decisions/0046).
import { WorkflowError } from '../errors/index.ts'
import type { ReadWorkflow } from './deployment.ts'
import { printable } from './printable.ts'
import { settingLine } from './source-line.ts'
import { sourceText } from './source-position.ts'
import { findTrigger } from '../triggers/registry/index.ts'

export function neverFires({ file, manifest, bundle }: ReadWorkflow): WorkflowError {
  const { id, trigger } = manifest
  const line = settingLine(sourceText(bundle, file) ?? '', 'trigger')
  return new WorkflowError(
    'trigger_never_fires',
    `The workflow "${printable(id, 100)}" never runs: Mintage does not fire its trigger "${trigger}"`,
    {
      at: { file, ...(line !== undefined && { line }) },
      hint: `${findTrigger(trigger)?.instead ?? ''} Then remove this file.`.trimStart(),
    },
  )
}
