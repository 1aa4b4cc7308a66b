// The row `preview`: a request with `deploy_id` or `workflow_deployment_id` asks for a deployment that is not live (C§6.11). The page asks for
// the password of the preview before anything else. A preview that is unknown or withdrawn ends the sign-in: it never goes on with the
// live deployment, because the person would take its tokens for those of the preview.
import { z } from 'zod'
import { previewGonePage, previewPage, type PreviewView } from '../../../pages/index.ts'
import { cancelForm, type RequestFacts, type SignInStep, type Step } from '../../step.ts'
import type { StepDeps } from '../../step-deps.ts'

/** As it was persisted. */
const detailsSchema = z.looseObject({
  preview: z.object({ deploymentId: z.string() }).nullable(),
})

const wordsOfGone = 'deploy_id names a deployment that has no preview: it is unknown, or was withdrawn.'

export const previewStep: SignInStep = {
  name: 'preview',
  isRequestable: false,
  isForUser: false,
  silently: {
    error: 'interaction_required',
    reason: 'preview_password',
    description: 'the password of the preview has to be entered',
  },
  async due(request, checks) {
    const asked = askedFor(request)
    if (!request.isForTokens || asked.length === 0) return undefined
    const [found, ...others] = await Promise.all(asked.map((id) => checks.openPreview(id)))
    if (!found || others.some((other) => other?.deploymentId !== found.deploymentId))
      return { details: { preview: null }, silently: refusal }
    const { preview } = request
    const isGranted = preview?.deploymentId === found.deploymentId && preview.passwordId === found.passwordId
    return isGranted ? undefined : { details: { preview: { deploymentId: found.deploymentId } } }
  },
  at(details) {
    const { preview } = detailsSchema.parse(details)
    if (!preview)
      return { show: showGone, forms: { back: (step) => step.finish({ kind: 'refused', ...refusal }) } }
    const { deploymentId } = preview
    return {
      show: (step) => showPreview(step, deploymentId),
      forms: { ...cancelForm, preview: (step, form, deps) => enterPassword(step, deploymentId, form, deps) },
    }
  },
}

const refusal = { error: 'invalid_request', description: wordsOfGone } as const

/** By either of Kinde's two names (C§1); both may name the same deployment. Empty when the request asks for no preview. */
function askedFor({ param }: RequestFacts): readonly string[] {
  return ['deploy_id', 'workflow_deployment_id'].flatMap((name) => param(name) ?? [])
}

async function enterPassword(
  step: Step,
  deploymentId: string,
  form: URLSearchParams,
  { previews }: Pick<StepDeps, 'previews'>,
): Promise<void> {
  const password = form.get('preview_password')?.trim() ?? ''
  if (password === '') return showPreview(step, deploymentId, { passwordProblem: 'required' }, 400)
  const attempt = { deploymentId, password, ip: step.ip, clientId: step.application.clientId }
  const checked = await previews.check(attempt)
  switch (checked.kind) {
    case 'right': {
      const { passwordId } = checked
      return step.finish({ kind: 'preview', preview: { deploymentId, passwordId } })
    }
    case 'wrong':
      return showPreview(step, deploymentId, { passwordProblem: 'previewPasswordWrong' }, 400)
    case 'gone':
      // The check finds it gone as well, and its page says so.
      return step.finish({ kind: 'checked-again' })
    case 'throttled':
      step.exchange.set('retry-after', String(checked.retryAfterSeconds))
      return showPreview(step, deploymentId, { problem: 'tooManyAttempts' }, 429)
  }
}

function showPreview(
  step: Step,
  deploymentId: string,
  problem: Pick<PreviewView, 'problem' | 'passwordProblem'> = {},
  status = 200,
): void {
  const page = previewPage({
    ...step.frame,
    ...problem,
    form: step.form('preview'),
    cancel: step.cancel(),
    deploymentId,
  })
  step.show(page, status)
}

function showGone(step: Step): void {
  const back = { kind: 'form', form: step.form('back') } as const
  step.show(previewGonePage({ ...step.frame, back }), 404)
}
