// Our issuer on SQLite, in a process of its own: with or without a workflow, with as many users as it is told. Says on standard output
// where it listens and which refresh tokens its sign-ins gave.
import { startIssuer } from '../../test/harness/issuer.ts'
import {
  ada,
  audience,
  directoryFixture,
  redirectUri,
  webClient,
} from '../../test/harness/directory-fixture.ts'
import { userAgent } from '../../test/harness/user-agent.ts'
import { manyUsers } from './many-users.ts'
import { chains } from './same-claims.ts'

const workflow = `
export const workflowSettings = {
  id: 'tokens',
  trigger: 'user:tokens_generation',
  bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {} },
}
export default async function (event) {
  const token = kinde.accessToken.getCustomClaims()
  token.roles = token.roles.map((role) => role.key).join(' ')
  token.plan = event.context.auth.origin
  kinde.idToken.setCustomClaim('greeting', 'Hello ' + kinde.idToken.getCustomClaims().given_name)
}
`

const [hasWorkflow, users = '0'] = process.argv.slice(2)
const issuer = await startIssuer(
  { after: () => {} },
  {
    directory: await directoryFixture(),
    threads: 1,
    ...(hasWorkflow === 'workflow' && { workflow }),
  },
)
for (const changes of manyUsers(Number(users))) await issuer.store.directory.apply(changes)

const tokens: string[] = []
const params = new URLSearchParams({
  response_type: 'code',
  client_id: webClient.id,
  redirect_uri: redirectUri,
  scope: 'openid profile email offline',
  audience,
})
for (let index = 0; index < chains; index += 1) {
  const agent = userAgent(issuer.url)
  const page = await agent.get(`${issuer.url}/oauth2/auth?${params.toString()}`)
  const { location = '' } = await agent.submit(page, '/sign-in', {
    identifier: ada.email,
    password: ada.password,
  })
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: webClient.id,
    client_secret: webClient.secret,
    redirect_uri: redirectUri,
    code: new URL(location).searchParams.get('code') ?? '',
  })
  const response = await fetch(`${issuer.url}/oauth2/token`, { method: 'POST', body })
  tokens.push(String(Reflect.get(Object(await response.json()), 'refresh_token')))
}
process.stdout.write(`${JSON.stringify({ issuer: issuer.url, tokens })}\n`)
