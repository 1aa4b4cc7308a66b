import { decodeJwt } from 'jose'
import { UserManager, WebStorageStateStore } from 'oidc-client-ts'

const manager = new UserManager({
  authority: 'http://localhost:4000',
  client_id: 'c11e0000000000000000000000000009',
  redirect_uri: 'http://localhost:3000/callback',
  post_logout_redirect_uri: 'http://localhost:3000',
  scope: 'openid profile email offline_access',
  userStore: new WebStorageStateStore({ store: window.localStorage }),
  revokeTokensOnSignout: true,
  loadUserInfo: true,
})

const root = document.querySelector('#root')

function button(text, onClick) {
  const made = document.createElement('button')
  made.textContent = text
  made.addEventListener('click', onClick)
  return made
}

function show(user) {
  const state = document.createElement('pre')
  state.id = 'state'
  state.textContent = JSON.stringify({ user: user.profile, accessToken: decodeJwt(user.access_token) })
  root.replaceChildren(
    state,
    button('Refresh', async () => show(await manager.signinSilent())),
    button('Sign out', () => manager.signoutRedirect()),
  )
}

if (location.pathname === '/callback' && location.search !== '') {
  await manager.signinCallback()
  history.replaceState(null, '', '/')
}
const user = await manager.getUser()
if (user && !user.expired) show(user)
else root.replaceChildren(button('Sign in', () => manager.signinRedirect()))
