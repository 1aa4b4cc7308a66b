// Which forms a step takes: exactly those that its page shows. Every form of a sign-in passes here before it does anything, because a
// browser can post any form to any step, and a step that takes the form of another one skips what that step decides.
import type { Interaction } from 'oidc-provider'
import { cancelAction, promptDetailsOf } from './interaction-context.ts'
import { finishSignUpAction } from './sign-up-link.ts'

/** Pages that lead to one another by links: signing in, signing up, a forgotten password. */
const entranceForms = [
  'sign-in',
  'temporary-password',
  'sign-up',
  finishSignUpAction,
  'forgotten-password',
  cancelAction,
] as const

const organizationForms = {
  choose: ['organization', cancelAction],
  create: ['create-organization', cancelAction],
  'not-a-member': ['back', 'other-account'],
  settled: [],
} as const

const refusalForms = {
  denied: ['back', 'other-account'],
  failed: ['back', 'retry'],
} as const

export type FormName =
  | (typeof entranceForms)[number]
  | (typeof organizationForms)[keyof typeof organizationForms][number]
  | (typeof refusalForms)[keyof typeof refusalForms][number]

/** Undefined when the step that the interaction is at does not show this form. */
export function dueForm(action: string | undefined, interaction: Interaction): FormName | undefined {
  return formsOf(interaction).find((name) => name === action)
}

function formsOf(interaction: Interaction): readonly FormName[] {
  const { organization, refusal } = promptDetailsOf(interaction)
  switch (interaction.prompt.name) {
    case 'organization':
      return organizationForms[organization?.kind ?? 'settled']
    case 'tokens':
      return refusal ? refusalForms[refusal.kind] : []
    default:
      return entranceForms
  }
}
