// A project with a machine that may do everything on the management API, and a workflow of machines that calls it; a test adds what it
// needs.
import type { Lifetime } from './http-server.ts'
import { z } from 'zod'
import { makeProject } from './temp-project.ts'

export const machine = {
  id: 'b1110000000000000000000000000001',
  secret: 'AMachineOfTheTestsOnlySecret000000000000001',
}
export const reports = 'https://api.reports.example'

/** `applications` are more entries of that key. */
export const managementYaml = (applications = ''): string => `
applications:
  machine:
    type: m2m
    clientId: ${machine.id}
    clientSecret: ${machine.secret}
    apis:
      - audience: \${issuer}/api
      - audience: ${reports}
${applications}apis:
  reports: { audience: '${reports}' }
environmentVariables:
  KINDE_WF_M2M_CLIENT_ID: { value: ${machine.id} }
  KINDE_WF_M2M_CLIENT_SECRET: { value: ${machine.secret}, isSecret: true }
`

const idleWorkflow = 'export default async function () {}'

interface ManagementProject {
  readonly workflow?: string
  /** More entries of `applications`. */
  readonly applications?: string
  readonly extra?: string
}

/** `workflow` is the body of the module after its settings; it runs for each token of the machine for `reports`. */
export async function managementProject(
  t: Lifetime,
  { workflow = idleWorkflow, applications = '', extra = '' }: ManagementProject = {},
): Promise<string> {
  return makeProject(t, {
    'kinde.json': JSON.stringify({ version: '2024-12-09', rootDir: 'kindeSrc' }),
    'kindeSrc/environment/workflows/machineWorkflow.ts': `
export const workflowSettings = {
  id: 'machine',
  trigger: 'm2m:token_generation',
  bindings: { 'kinde.m2mToken': {}, 'kinde.fetch': {}, 'kinde.env': {}, 'kinde.secureFetch': {}, 'kinde.cache': {}, url: {} },
}
${workflow}
`,
    'mintage.yaml': managementYaml(applications) + extra,
  })
}

const tokenAnswer = z.looseObject({ access_token: z.string() })

/** A token of the machine; for the management API unless another audience is named. */
export async function machineToken(
  issuer: string,
  audience = `${issuer}/api`,
  client: typeof machine = machine,
): Promise<string> {
  const response = await fetch(`${issuer}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: client.id,
      client_secret: client.secret,
      audience,
    }),
  })
  const json: unknown = await response.json()
  return tokenAnswer.parse(json).access_token
}
