// A project of people in two organizations and the web application that they sign in to, whose mintage.yaml changes between two starts
// of its server. Sign-ins are by a client that is not ours.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import * as client from 'openid-client'
import type { RunningServer } from '../../src/app/index.ts'
import { redirectUri } from './directory-fixture.ts'
import { managementProject, managementYaml } from './management-project.ts'
import type { PostgresServer } from './postgres.ts'
import { relyingParty, signIn, type SignedIn } from './relying-party.ts'
import { openTestServer } from './running-server.ts'

export const web = {
  id: 'b3330000000000000000000000000003',
  secret: 'AWebApplicationOfTheTestsSecret000000000003',
}
export const password = 'correct horse battery staple'

const webApplication = `  web:
    type: reg
    clientId: ${web.id}
    clientSecret: ${web.secret}
    redirectUris: ['${redirectUri}']
    apis: [{ audience: 'https://api.reports.example' }]
`
interface Declared {
  readonly memberships?: string
  readonly email?: string
  readonly more?: string
}
const people = ({
  memberships = '{ a: {}, b: {} }',
  email = 'ada@example.com',
  more = '',
}: Declared = {}) => `
roles: { editor: {}, viewer: { isDefault: true } }
organizations: { a: { code: org_a }, b: { code: org_b } }
users:
  - { id: kp_ada, email: ${email}, password: '${password}', organizations: ${memberships} }
  - { id: kp_bob, email: bob@example.com, organizations: { a: {} } }
${more}`

/** A project whose server can be opened again with another file. Without a Postgres the data is in SQLite. */
export async function changingProject(t: TestContext, postgres?: PostgresServer) {
  const projectDir = await managementProject(t, { applications: webApplication, extra: people() })
  const kept = {
    projectDir,
    dataDir: join(projectDir, '.data'),
    isDemo: false,
    hasPlayground: false,
    ...(postgres && {
      databaseUrl: await postgres.createDatabase(),
      masterKey: randomBytes(32).toString('base64'),
    }),
  }
  let running: RunningServer | undefined
  return {
    async open(yaml?: string): Promise<RunningServer> {
      const issuer = running?.issuer
      await running?.close()
      if (yaml !== undefined) await writeFile(join(projectDir, 'mintage.yaml'), yaml)
      // The same address: tokens of the server before are those of this one.
      const settings = {
        ...kept,
        ...(issuer !== undefined && { issuer, port: Number(new URL(issuer).port) }),
      }
      running = (await openTestServer(t, { settings })).server
      return running
    },
  }
}

export const yamlOf = (declared: Declared, applications = webApplication) =>
  managementYaml(applications) + people(declared)

export async function adaSignsIn(
  { issuer }: RunningServer,
  organization: string,
): Promise<[client.Configuration, SignedIn]> {
  const rp = await relyingParty({ url: issuer }, web.id, client.ClientSecretPost(web.secret))
  const params = { org_code: organization, audience: 'https://api.reports.example' }
  const given = { params, person: { email: 'ada@example.com', password } }
  const signedIn = await signIn({ url: issuer }, rp, given)
  assert.equal(signedIn.accessToken['org_code'], organization)
  return [rp, signedIn]
}

export async function userinfoStatus({ issuer }: RunningServer, { tokens }: SignedIn): Promise<number> {
  const headers = { authorization: `Bearer ${tokens.access_token}` }
  return (await fetch(`${issuer}/oauth2/v2/user_profile`, { headers })).status
}
