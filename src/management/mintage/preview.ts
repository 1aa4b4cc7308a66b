// Previews of deployments that are not live (docs/decisions/0070).
import { z } from 'zod'
import { summarySchema } from '../../deployments/index.ts'
import { openPreview as open, previewOf, withdrawPreview as withdraw } from '../../directory/index.ts'
import { ok, openSchema } from '../envelope.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { RequestError } from '../request-error.ts'

const path = '/mintage/deployments/{deployment_id}/preview'

export const openPreview = operation({
  method: 'post',
  path,
  operationId: 'openPreview',
  summary:
    'Opens the preview of a deployment; its password is shown here only. One that is open keeps its password and gets no answer with it, unless `is_renewed` asks for another one, which ends the sign-ins with the old one.',
  scope: 'create:deployments',
  organizationBound: 'refused',
  query: noQuery,
  body: z.strictObject({ is_renewed: z.boolean() }),
  status: 201,
  answer: openSchema({ deploy_id: z.string(), password: z.string().nullable() }),
  async handle({ path: { deployment_id: id }, body }, deps) {
    const found = await deps.store.deployments.find(id)
    if (found === undefined)
      throw new RequestError('DEPLOYMENT_NOT_FOUND', 'There is no deployment with this id.')
    if (found.state !== 'ready')
      throw new RequestError(
        'DEPLOYMENT_FAILED',
        'The deployment failed its check, so it cannot be previewed.',
      )
    const known = previewOf(id, await deps.store.directory.catalog())
    if (known?.deploymentId === id && !body.is_renewed) return ok({ deploy_id: id, password: null })
    const { workflows } = summarySchema.parse(found.summary)
    const workflowDeploymentIds = workflows.map((workflow) => workflow.id)
    const password = await open({ id, workflowDeploymentIds }, deps)
    return ok({ deploy_id: id, password })
  },
})

export const withdrawPreview = operation({
  method: 'delete',
  path,
  operationId: 'withdrawPreview',
  summary: 'Withdraws the preview of a deployment: its sign-ins end at their next refresh.',
  scope: 'update:deployments',
  organizationBound: 'refused',
  query: noQuery,
  body: noBody,
  answer: openSchema({}),
  async handle({ path: { deployment_id: id } }, deps) {
    const preview = previewOf(id, await deps.store.directory.catalog())
    if (preview?.deploymentId !== id)
      throw new RequestError('DEPLOYMENT_NOT_FOUND', 'There is no open preview of a deployment with this id.')
    await withdraw(preview, deps)
    return ok({})
  },
})
