import express from 'express'
import session from 'express-session'
import { decodeJwt } from 'jose'
import passport from 'passport'
import refresh from 'passport-oauth2-refresh'
import OpenIDConnectStrategy from 'passport-openidconnect'

const strategy = new OpenIDConnectStrategy(
  {
    issuer: 'http://localhost:4000',
    authorizationURL: 'http://localhost:4000/oauth2/auth',
    tokenURL: 'http://localhost:4000/oauth2/token',
    userInfoURL: 'http://localhost:4000/oauth2/v2/user_profile',
    clientID: 'c11e0000000000000000000000000002',
    clientSecret: 'ThisSecretIsForTheTestsAndStandsInTheOpen0002',
    callbackURL: 'http://localhost:3000/callback',
    scope: ['profile', 'email', 'offline'], // the strategy adds openid
  },
  function verify(issuer, profile, context, idToken, accessToken, refreshToken, done) {
    done(null, {
      id: profile.id,
      name: profile.displayName,
      email: profile.emails[0].value,
      accessToken,
      refreshToken,
    })
  },
)
passport.use(strategy)
refresh.use(strategy)
passport.serializeUser((user, done) => done(null, user))
passport.deserializeUser((user, done) => done(null, user))

const app = express()
app.use(session({ secret: 'a long and random text', resave: false, saveUninitialized: false }))
app.use(passport.authenticate('session'))

app.get('/login', passport.authenticate('openidconnect'))
app.get(
  '/callback',
  passport.authenticate('openidconnect', { failureRedirect: '/failed', successRedirect: '/' }),
)

app.get('/', (request, response) => {
  const { id, name, email } = request.user ?? {}
  response.json(id ? { id, name, email } : 'signed out')
})

app.get('/failed', (request, response) => {
  response.json({ messages: request.session.messages })
})

app.get('/refresh', (request, response, next) => {
  const { user } = request
  refresh.requestNewAccessToken('openidconnect', user.refreshToken, (error, accessToken, refreshToken) => {
    if (error) return next(error)
    const before = decodeJwt(user.accessToken)
    request.login({ ...user, accessToken, refreshToken }, (failure) => {
      if (failure) return next(failure)
      response.json({ before, after: decodeJwt(accessToken) })
    })
  })
})

app.get('/logout', (request, response, next) => {
  request.logout((error) => {
    if (error) return next(error)
    response.redirect(`http://localhost:4000/logout?redirect=${encodeURIComponent('http://localhost:3000')}`)
  })
})

app.listen(3000)
