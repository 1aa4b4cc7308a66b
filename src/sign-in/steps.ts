// The table of what may stand between an authorization request and its code, in order: the password of a preview, a connection and an invitation that
// cannot be used, signing up, signing in, joining by an invitation, the organization, and last of all the decision about the tokens. So
// the workflow sees a granted request and runs once, before the code exists. issuer/ makes the engine's prompts of these rows; what a
// waiting sign-in is at is read from what the engine persisted.
// A second factor is a row between `login` and `organization`.
import type { PendingSignIn } from './engine.ts'
import type { SignInStep } from './step.ts'
import { chosenConnectionStep } from './steps/chosen-connection/chosen-connection-step.ts'
import { createStep, loginStep } from './steps/identify/identify-step.ts'
import { invitationStep, joinStep } from './steps/invitation/invitation-step.ts'
import { organizationStep } from './steps/organization/organization-step.ts'
import { previewStep } from './steps/preview/preview-step.ts'
import { tokensStep } from './steps/refused/refused-step.ts'

export const signInSteps: readonly SignInStep[] = [
  previewStep,
  chosenConnectionStep,
  invitationStep,
  createStep,
  loginStep,
  joinStep,
  organizationStep,
  tokensStep,
]

/** The row that a sign-in waits at. */
export function stepDue({ due }: PendingSignIn): SignInStep {
  const step = signInSteps.find(({ name }) => name === due.name)
  if (!step) throw new Error(`a sign-in waits at an unknown step: ${due.name}`)
  return step
}
