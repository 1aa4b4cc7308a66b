import express from 'express'
import session from 'express-session'
import { decodeJwt } from 'jose'
import { randomUUID } from 'node:crypto'
import { AuthorizationCode } from 'simple-oauth2'

const client = new AuthorizationCode({
  client: {
    id: 'c11e0000000000000000000000000014',
    secret: 'ThisSecretIsForTheTestsAndStandsInTheOpen0014',
  },
  auth: {
    tokenHost: 'http://localhost:4000',
    authorizePath: '/oauth2/auth',
    tokenPath: '/oauth2/token',
    revokePath: '/oauth2/revoke',
  },
})

const app = express()
app.use(session({ secret: 'a long and random text', resave: false, saveUninitialized: false }))

app.get('/', async (request, response) => {
  const { token } = request.session
  if (!token) return response.json('signed out')
  const answer = await fetch('http://localhost:4000/oauth2/v2/user_profile', {
    headers: { authorization: `Bearer ${token.access_token}` },
  })
  response.json(await answer.json())
})

app.get('/login', (request, response) => {
  request.session.state = randomUUID()
  response.redirect(
    client.authorizeURL({
      redirect_uri: 'http://localhost:3000/callback',
      scope: 'openid profile email offline_access',
      state: request.session.state,
    }),
  )
})

app.get('/callback', async (request, response) => {
  const { code, state } = request.query
  if (state !== request.session.state) return response.status(400).json('another state')
  const { token } = await client.getToken({ code, redirect_uri: 'http://localhost:3000/callback' })
  request.session.token = token
  response.redirect('/')
})

app.get('/refresh', async (request, response) => {
  const before = request.session.token
  const { token: after } = await client
    .createToken(before)
    .refresh({ scope: 'openid profile email offline_access' })
  request.session.token = after
  response.json({ before: decodeJwt(before.access_token), after: decodeJwt(after.access_token) })
})

app.get('/logout', async (request, response) => {
  await client.createToken(request.session.token).revokeAll()
  delete request.session.token
  response.redirect(`http://localhost:4000/logout?redirect=${encodeURIComponent('http://localhost:3000')}`)
})

app.listen(3000)
