import express from 'express'
import session from 'express-session'
import { decodeJwt } from 'jose'
import * as client from 'openid-client'

const config = await client.discovery(
  new URL('http://localhost:4000'),
  'c11e0000000000000000000000000004',
  'ThisSecretIsForTheTestsAndStandsInTheOpen0004',
  undefined,
  { execute: [client.allowInsecureRequests] }, // http: only on your own machine
)

const app = express()
app.use(session({ secret: 'a long and random text', resave: false, saveUninitialized: false }))

app.get('/', async (request, response) => {
  const { tokens, sub } = request.session
  response.json(tokens ? await client.fetchUserInfo(config, tokens.access_token, sub) : 'signed out')
})

app.get('/login', async (request, response) => {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    idTokenExpected: true,
  }
  request.session.checks = checks
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: 'http://localhost:3000/callback',
    scope: 'openid profile email offline_access',
    audience: 'https://api.example.com',
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
  })
  response.redirect(url.href)
})

app.get('/callback', async (request, response) => {
  const url = new URL(request.originalUrl, 'http://localhost:3000')
  const tokens = await client.authorizationCodeGrant(config, url, request.session.checks)
  request.session.tokens = tokens
  request.session.sub = tokens.claims().sub
  response.redirect('/')
})

app.get('/refresh', async (request, response) => {
  const before = request.session.tokens
  const after = await client.refreshTokenGrant(config, before.refresh_token)
  request.session.tokens = after
  response.json({ before: decodeJwt(before.access_token), after: decodeJwt(after.access_token) })
})

app.get('/logout', (request, response) => {
  const { id_token } = request.session.tokens
  delete request.session.tokens
  const url = client.buildEndSessionUrl(config, {
    id_token_hint: id_token,
    post_logout_redirect_uri: 'http://localhost:3000',
  })
  response.redirect(url.href)
})

app.listen(3000)
