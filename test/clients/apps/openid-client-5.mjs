import express from 'express'
import session from 'express-session'
import { decodeJwt } from 'jose'
import { generators, Issuer } from 'openid-client-5'

const issuer = await Issuer.discover('http://localhost:4000')
const client = new issuer.Client({
  client_id: 'c11e0000000000000000000000000003',
  client_secret: 'ThisSecretIsForTheTestsAndStandsInTheOpen0003',
  redirect_uris: ['http://localhost:3000/callback'],
  response_types: ['code'],
})

const app = express()
app.use(session({ secret: 'a long and random text', resave: false, saveUninitialized: false }))

app.get('/', async (request, response) => {
  const { tokens } = request.session
  response.json(tokens ? await client.userinfo(tokens.access_token) : 'signed out')
})

app.get('/login', (request, response) => {
  const code_verifier = generators.codeVerifier()
  const checks = { code_verifier, state: generators.state(), nonce: generators.nonce() }
  request.session.checks = checks
  response.redirect(
    client.authorizationUrl({
      scope: 'openid profile email offline_access',
      audience: 'https://api.example.com',
      state: checks.state,
      nonce: checks.nonce,
      code_challenge: generators.codeChallenge(code_verifier),
      code_challenge_method: 'S256',
    }),
  )
})

app.get('/callback', async (request, response) => {
  const parameters = client.callbackParams(request)
  request.session.tokens = await client.callback('http://localhost:3000/callback', parameters, {
    ...request.session.checks,
    response_type: 'code',
  })
  response.redirect('/')
})

app.get('/refresh', async (request, response) => {
  const before = request.session.tokens
  const after = await client.refresh(before.refresh_token)
  request.session.tokens = after
  response.json({ before: decodeJwt(before.access_token), after: decodeJwt(after.access_token) })
})

app.get('/logout', (request, response) => {
  const { id_token } = request.session.tokens
  delete request.session.tokens
  response.redirect(
    client.endSessionUrl({ id_token_hint: id_token, post_logout_redirect_uri: 'http://localhost:3000' }),
  )
})

app.listen(3000)
