// The row `chosen-connection`: `connection_id` names a connection by which users of this application cannot sign in (C§1). The application
// has to know, because its user chose that way in; the user can go on with any other.
import { connectionUnusablePage } from '../../../pages/index.ts'
import type { SignInStep, Step } from '../../step.ts'

const unusable = {
  error: 'invalid_request',
  description: 'connection_id does not name a connection that users can sign in by',
} as const

export const chosenConnectionStep: SignInStep = {
  name: 'chosen-connection',
  isRequestable: false,
  isForUser: false,
  silently: { error: unusable.error, reason: 'connection_unusable', description: unusable.description },
  async due({ param }, checks) {
    const id = param('connection_id')
    return id === undefined || (await checks.isConnectionUsable(id)) ? undefined : {}
  },
  at: () => ({
    show: showUnusable,
    forms: {
      back: (step) => step.finish({ kind: 'refused', ...unusable }),
      'any-connection': (step) => step.signIn.beginAnew(['connection_id']),
    },
  }),
}

function showUnusable(step: Step): void {
  const way = (action: string) => ({ kind: 'form', form: step.form(action) }) as const
  const page = connectionUnusablePage({
    ...step.frame,
    error: unusable.error,
    description: `${unusable.description}: ${step.param('connection_id') ?? ''}`,
    goOn: way('any-connection'),
    back: way('back'),
  })
  step.show(page, 400)
}
