import { ExpressAuth, getSession } from '@auth/express'
import Kinde from '@auth/express/providers/kinde'
import express from 'express'
import { decodeJwt } from 'jose'

const app = express()
app.set('trust proxy', true)

const kinde = Kinde({
  issuer: 'http://localhost:4000',
  clientId: 'c11e0000000000000000000000000006',
  clientSecret: 'ThisSecretIsForTheTestsAndStandsInTheOpen0006',
  authorization: { params: { scope: 'openid profile email offline_access' } },
})

/** Redeems the refresh token, as https://authjs.dev/guides/refresh-token-rotation does. */
async function refreshed(token) {
  const answer = await fetch('http://localhost:4000/oauth2/token', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'c11e0000000000000000000000000006',
      client_secret: 'ThisSecretIsForTheTestsAndStandsInTheOpen0006',
      refresh_token: token.refresh_token,
    }),
  })
  const tokens = await answer.json()
  if (!answer.ok) throw tokens
  return { ...token, access_token: tokens.access_token, refresh_token: tokens.refresh_token }
}

const config = {
  secret: 'a long and random text that encrypts cookies',
  trustHost: true,
  basePath: '/auth',
  providers: [kinde],
  callbacks: {
    jwt({ token, account, trigger }) {
      if (account)
        return { ...token, access_token: account.access_token, refresh_token: account.refresh_token }
      return trigger === 'update' ? refreshed(token) : token
    },
    session({ session, token }) {
      return { ...session, id: token.sub, accessToken: decodeJwt(token.access_token) }
    },
  },
}

app.use(/^\/auth\/(.*)$/, ExpressAuth(config)) // Express 4: '/auth/*'

// Auth.js ends its own session only: send the user here afterwards, to end the session at the issuer.
app.get('/signed-out', (request, response) => {
  response.redirect(`http://localhost:4000/logout?redirect=${encodeURIComponent('http://localhost:3000')}`)
})

app.get('/', async (request, response) => {
  const session = await getSession(request, config)
  response.json(session ? { ...session.user, accessToken: session.accessToken } : 'signed out')
})

app.listen(3000)
