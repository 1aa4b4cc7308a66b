import express from 'express'
import openidConnect from 'express-openid-connect'
import { decodeJwt } from 'jose'

const app = express()

app.use(
  openidConnect.auth({
    issuerBaseURL: 'http://localhost:4000',
    baseURL: 'http://localhost:3000',
    clientID: 'c11e0000000000000000000000000001',
    clientSecret: 'ThisSecretIsForTheTestsAndStandsInTheOpen0001',
    secret: 'a long and random text that signs cookies',
    authRequired: false,
    idpLogout: true,
    authorizationParams: {
      response_type: 'code', // the package's default is the implicit flow, which Mintage does not offer
      scope: 'openid profile email offline_access',
      audience: 'https://api.example.com',
    },
  }),
)

app.get('/', (request, response) => {
  response.json(request.oidc.isAuthenticated() ? request.oidc.user : 'signed out')
})

app.get('/profile', openidConnect.requiresAuth(), async (request, response) => {
  response.json(await request.oidc.fetchUserInfo())
})

app.get('/refresh', openidConnect.requiresAuth(), async (request, response) => {
  const before = request.oidc.accessToken.access_token
  const { access_token: after } = await request.oidc.accessToken.refresh()
  response.json({ before: decodeJwt(before), after: decodeJwt(after) })
})

app.listen(3000)
