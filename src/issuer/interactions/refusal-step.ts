// The prompt `tokens`: the workflow denied access or failed. The page says so in the person's language, with a way back that carries
// the error to the application, and ways on: try again, or sign in as somebody else.
import type { SourceLocation, WorkflowError } from '../../errors/index.ts'
import { deniedPage, failedPage, type FailureDetails } from '../../pages/index.ts'
import { refusalErrorCode } from '../request/refusal.ts'
import type { InteractionStep, PromptDetails } from './interaction-context.ts'

type ShownRefusal = NonNullable<PromptDetails['refusal']>

export interface RefusalStepDeps {
  /** Shows the developer what failed, and where. */
  readonly isDevelopment: boolean
  readonly sourceLine: (at: SourceLocation) => string | undefined
  /** Of the last edit of the project, when it does not build. */
  readonly buildError?: () => WorkflowError | undefined
}

export function showRefusal(step: InteractionStep, refusal: ShownRefusal, deps: RefusalStepDeps): void {
  const back = { kind: 'form', form: step.form('back') } as const
  if (refusal.kind === 'denied') {
    const otherAccount = { kind: 'form', form: step.form('other-account') } as const
    const { text: reason, invocationId } = refusal
    return step.show(
      deniedPage({ ...step.frame, reason, back, otherAccount, ...(invocationId !== '' && { invocationId }) }),
      403,
    )
  }
  const buildError = deps.isDevelopment ? editFailure(deps.buildError?.()) : undefined
  // The line would be read from the edited file, which is not what ran.
  const sourceLine = buildError === undefined ? deps.sourceLine : () => undefined
  const developer = deps.isDevelopment ? failureDetails(refusal, sourceLine) : undefined
  step.show(
    failedPage({
      ...step.frame,
      invocationId: refusal.invocationId,
      back,
      retry: { kind: 'form', form: step.form('retry') },
      ...(developer && { developer }),
      ...(buildError && { buildError }),
    }),
    500,
  )
}

export async function backToApplication(
  step: InteractionStep,
  refusal: ShownRefusal | undefined,
): Promise<void> {
  await step.finish({
    error: refusalErrorCode[refusal?.kind ?? 'denied'],
    error_description: refusal?.text ?? 'The user does not belong to the organization.',
  })
}

function failureDetails(
  { failure }: ShownRefusal,
  sourceLineAt: RefusalStepDeps['sourceLine'],
): FailureDetails | undefined {
  if (!failure) return undefined
  const { code, message, hint, at } = failure
  const sourceLine = at && sourceLineAt(locationOf(at))
  return {
    code,
    message,
    hint,
    ...(at && { at: locationOf(at) }),
    ...(sourceLine !== undefined && { sourceLine }),
  }
}

function editFailure(error: WorkflowError | undefined): FailureDetails | undefined {
  if (!error) return undefined
  const { code, message, at, hint } = error
  return { code, message, ...(at && { at }), ...(hint !== undefined && { hint }) }
}

type ShownPlace = NonNullable<NonNullable<ShownRefusal['failure']>['at']>

function locationOf({ file, line, column }: ShownPlace): SourceLocation {
  return { file, ...(line !== undefined && { line }), ...(column !== undefined && { column }) }
}
