import express from 'express'
import { getUser, GrantType, protectRoute, setupKinde } from '@kinde-oss/kinde-node-express'
import { decodeJwt } from 'jose'

const app = express()

const kinde = setupKinde(
  {
    issuerBaseUrl: 'http://localhost:4000',
    siteUrl: 'http://localhost:3000',
    clientId: 'c11e0000000000000000000000000005',
    secret: 'ThisSecretIsForTheTestsAndStandsInTheOpen0005',
    redirectUrl: 'http://localhost:3000/callback',
    postLogoutRedirectUrl: 'http://localhost:3000',
    unAuthorisedUrl: 'http://localhost:3000/unauthorised',
    grantType: GrantType.AUTHORIZATION_CODE,
    scope: 'openid profile email offline',
    audience: 'https://api.example.com',
  },
  app,
)

app.get('/', async (request, response) => {
  response.json((await kinde.isAuthenticated(request)) ? await kinde.getUser(request) : 'signed out')
})

app.get('/unauthorised', (request, response) => {
  response.json('unauthorised')
})

// Also takes an access token in the Authorization header.
app.get('/profile', protectRoute, getUser, (request, response) => {
  response.json(request.user)
})

app.get('/refresh', protectRoute, async (request, response) => {
  const before = await kinde.getToken(request)
  const { access_token: after } = await kinde.refreshTokens(request)
  response.json({ before: decodeJwt(before), after: decodeJwt(after), token: after })
})

app.listen(3000)
