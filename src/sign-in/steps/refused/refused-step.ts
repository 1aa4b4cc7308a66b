// The row `tokens`: the workflow denied access or failed, or the user has no role that the application asks for. The page says so in the user's language. It leads back to the application, with the
// error, and on: try again, or sign in as another user.
import { z } from 'zod'
import type { SourceLocation, WorkflowError } from '../../../errors/index.ts'
import { copyFor, deniedPage, failedPage, type FailureDetails } from '../../../pages/index.ts'
import type { RefusedStepDeps } from '../../step-deps.ts'
import type { Refusal, SignInStep, Step } from '../../step.ts'

/** What goes back to the application (RFC 6749 §4.1.2.1). */
const refusalErrorCode = {
  denied: 'access_denied',
  failed: 'server_error',
} as const satisfies Record<Refusal['kind'], string>

/** As it was persisted. */
const detailsSchema = z.looseObject({
  refusal: z
    .object({
      kind: z.enum(['denied', 'failed']),
      text: z.string(),
      invocationId: z.string(),
      isAccessRoleMissing: z.boolean().optional(),
      failure: z
        .looseObject({
          code: z.string(),
          message: z.string(),
          hint: z.string(),
          at: z
            .looseObject({ file: z.string(), line: z.int().optional(), column: z.int().optional() })
            .optional(),
        })
        .optional(),
    })
    .optional(),
})

type ShownRefusal = NonNullable<z.infer<typeof detailsSchema>['refusal']>

export const tokensStep: SignInStep = {
  name: 'tokens',
  isRequestable: false,
  isForUser: true,
  silently: {
    error: 'access_denied',
    reason: 'tokens_refused',
    description: 'the workflow refused the tokens',
  },
  due: async ({ isForTokens }, checks) => {
    const refusal = isForTokens ? await checks.decide() : undefined
    return refusal && { details: { refusal }, silently: errorOf(refusal) }
  },
  at(details) {
    const { refusal } = detailsSchema.parse(details)
    if (!refusal) return { show: (step) => step.finish({ kind: 'checked-again' }), forms: {} }
    const back = (step: Step) => step.finish({ kind: 'refused', ...errorOf(refusal) })
    const forms = refusal.kind === 'denied' ? { back, 'other-account': otherAccount } : { back, retry }
    return { show: (step, deps) => showRefusal(step, refusal, deps), forms }
  },
}

function errorOf({ kind, text }: Pick<Refusal, 'kind' | 'text'>) {
  return { error: refusalErrorCode[kind], description: text }
}

/** The decision is made once more. */
function retry(step: Step): Promise<void> {
  return step.finish({ kind: 'checked-again' })
}

/** The session of this browser ends, and the same request begins anew without it. */
export function otherAccount({ signIn }: Step): Promise<void> {
  return signIn.beginAnewAsAnotherUser()
}

function showRefusal(step: Step, refusal: ShownRefusal, deps: RefusedStepDeps): void {
  const back = { kind: 'form', form: step.form('back') } as const
  if (refusal.kind === 'denied') {
    const otherAccount = { kind: 'form', form: step.form('other-account') } as const
    const { text, invocationId, isAccessRoleMissing = false } = refusal
    const reason = isAccessRoleMissing ? copyFor(step.frame.language).denied.accessRoleMissing : text
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

function failureDetails(
  { failure }: ShownRefusal,
  sourceLineAt: RefusedStepDeps['sourceLine'],
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
