import '@angular/compiler'
import { provideHttpClient } from '@angular/common/http'
import { createApplication } from '@angular/platform-browser'
import { OAuthService, provideOAuthClient } from 'angular-oauth2-oidc'
import { decodeJwt } from 'jose'

const { injector } = await createApplication({ providers: [provideHttpClient(), provideOAuthClient()] })
const oauth = injector.get(OAuthService)

oauth.configure({
  issuer: 'http://localhost:4000',
  clientId: 'c11e0000000000000000000000000013',
  redirectUri: 'http://localhost:3000/callback',
  postLogoutRedirectUri: 'http://localhost:3000',
  responseType: 'code',
  scope: 'openid profile email offline_access',
  customQueryParams: { audience: 'https://api.example.com' },
})
await oauth.loadDiscoveryDocumentAndTryLogin()

const root = document.querySelector('#root')

function button(text, onClick) {
  const made = document.createElement('button')
  made.textContent = text
  made.addEventListener('click', onClick)
  return made
}

function show() {
  const state = document.createElement('pre')
  state.id = 'state'
  state.textContent = JSON.stringify({
    user: oauth.getIdentityClaims(),
    accessToken: decodeJwt(oauth.getAccessToken()),
  })
  root.replaceChildren(
    state,
    button('Refresh', async () => {
      await oauth.refreshToken()
      show()
    }),
    button('Sign out', () => oauth.logOut()),
  )
}

if (oauth.hasValidAccessToken()) show()
else root.replaceChildren(button('Sign in', () => oauth.initCodeFlow()))
