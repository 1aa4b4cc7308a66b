// oidc-provider by itself: its in-memory adapter, rotation on, and the same two RS256 JWTs as ours with the same claims. A process of
// its own; says on standard output where it listens and which refresh tokens it has made.
import { createServer } from 'node:http'
import { once } from 'node:events'
import { exportJWK, generateKeyPair } from 'jose'
import { Provider } from 'oidc-provider'
import { answerQuestions } from './questions.ts'
import { accessTokenClaims, chains, client, idTokenClaims, resource, userId } from './same-claims.ts'

const server = createServer()
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
const port = typeof address === 'object' && address !== null ? address.port : 0
const issuer = `http://127.0.0.1:${String(port)}`
const { privateKey } = await generateKeyPair('RS256', { extractable: true })

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: client.id,
      client_secret: client.secret,
      redirect_uris: ['http://127.0.0.1:9/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_post',
    },
  ],
  jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'bench', alg: 'RS256', use: 'sig' }] },
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...idTokenClaims }) }),
  claims: { openid: ['sub', ...Object.keys(idTokenClaims)] },
  conformIdTokenClaims: false,
  extraTokenClaims: () => accessTokenClaims,
  rotateRefreshToken: true,
  ttl: {
    AccessToken: 86_400,
    IdToken: 3_600,
    RefreshToken: 1_296_000,
    Grant: 1_296_000,
    Session: 86_400,
    Interaction: 3_600,
  },
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        audience: resource,
        scope: 'openid profile email offline',
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
})

const tokens: string[] = []
const found = await provider.Client.find(client.id)
if (!found) throw new Error('no client')
for (let index = 0; index < chains; index += 1) {
  const grant = new provider.Grant({ accountId: userId, clientId: client.id })
  grant.addOIDCScope('openid profile email')
  grant.addResourceScope(resource, 'openid profile email')
  const grantId = await grant.save()
  const token = new provider.RefreshToken({
    accountId: userId,
    client: found,
    grantId,
    gty: 'authorization_code',
    scope: 'openid profile email',
    resource,
    authTime: Math.floor(Date.now() / 1_000),
    iiat: Math.floor(Date.now() / 1_000),
  })
  tokens.push(await token.save())
}
const handle = provider.callback()
server.on('request', (req, res) => void handle(req, res))
process.stdin.on('end', () => process.exit()) // like ours
answerQuestions()
process.stdout.write(`${JSON.stringify({ issuer, tokens })}\n`)
