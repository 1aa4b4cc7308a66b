// Deployments as a client uploads them, without a build: a workflow of machines that writes its version into each token, and what the token
// of a server then holds.
import assert from 'node:assert/strict'
import { z } from 'zod'
import { machineToken, reports } from './management-project.ts'

/** `topLevel` runs while the server checks and prepares; `body` in each run. */
export function upload(version: string, { topLevel = '', body = '' } = {}): object {
  const code = `
${topLevel}
module.exports = {
  workflowSettings: {
    id: 'machine',
    trigger: 'm2m:token_generation',
    bindings: { 'kinde.m2mToken': {}, 'kinde.env': {}, 'kinde.fetch': {} },
  },
  default: async function () {
    ${body}
    kinde.m2mToken.setCustomClaim('version', ${JSON.stringify(version)})
  },
}
`
  return { version: 1, workflows: [{ file: 'machineWorkflow.ts', code, sourceMap: '' }], settings: {} }
}

const answerSchema = z.looseObject({
  deployment: z.looseObject({ id: z.string(), status: z.string() }).optional(),
  problems: z.array(z.looseObject({ code: z.string(), message: z.string() })).optional(),
  deployments: z.array(z.looseObject({ id: z.string(), status: z.string() })).optional(),
  previous_deployment_id: z.string().nullable().optional(),
  errors: z.array(z.looseObject({ code: z.string(), message: z.string() })).optional(),
})

export interface DeploymentAnswer {
  readonly status: number
  readonly json: z.output<typeof answerSchema>
}

/** `POST /mintage/deployments`. `audience`: when the server is reached by another address than its issuer's. */
export async function askDeployments(
  origin: string,
  request: string,
  { body, issuer = origin }: { readonly body?: object; readonly issuer?: string } = {},
): Promise<DeploymentAnswer> {
  const [method = '', path = ''] = request.split(' ')
  const token = await machineToken(origin, `${issuer}/api`)
  const response = await fetch(`${origin}/api/v1/mintage${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, json: answerSchema.parse(await response.json()) }
}

/** Makes it live; resolves to its id. */
export async function makeLive(origin: string, deployment: object, issuer = origin): Promise<string> {
  const { status, json } = await askDeployments(origin, 'POST /deployments', { body: { deployment }, issuer })
  assert.equal(status, 201, JSON.stringify(json))
  assert.deepEqual([json.problems, json.deployment?.status], [[], 'Live'])
  return String(json.deployment?.id)
}

/** What a token says of the deployment that made it. */
export async function servedVersion(origin: string): Promise<unknown> {
  const token = await machineToken(origin, reports)
  const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  return Object(claims).version
}

/** Resolves once the server serves it; the test's own time limit ends a wait that is in vain. */
export async function untilServed(origin: string, version: unknown): Promise<void> {
  while ((await servedVersion(origin)) !== version) await new Promise((resolve) => setTimeout(resolve, 25))
}
