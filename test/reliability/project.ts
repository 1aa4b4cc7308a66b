// A project that a server of its own serves, for tests that end that server: the web application of the fixtures, people with
// passwords, and a workflow that adds a claim.
import { redirectUri, webClient } from '../harness/directory-fixture.ts'
import type { Person } from './client.ts'

export function projectFiles(people: readonly Person[]): Readonly<Record<string, string>> {
  const users = people.map(
    ({ id, email, password }) => `  - { id: ${id}, email: ${email}, password: ${password} }`,
  )
  return {
    'kinde.json': '{"rootDir": "kindeSrc"}',
    'kindeSrc/environment/workflows/tokensWorkflow.ts': `
export const workflowSettings = { id: 'plan', trigger: 'user:tokens_generation', bindings: { 'kinde.accessToken': {} } }
export default async function () { kinde.accessToken.setCustomClaim('plan', 'gold') }`,
    'mintage.yaml': `
applications:
  web:
    name: Web application
    type: reg
    clientId: ${webClient.id}
    clientSecret: ${webClient.secret}
    redirectUris: ['${redirectUri}']
users:
${users.join('\n')}
`,
  }
}
