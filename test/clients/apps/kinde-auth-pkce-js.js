import createKindeClient from '@kinde-oss/kinde-auth-pkce-js'
import { decodeJwt } from 'jose'

const kinde = await createKindeClient({
  domain: 'http://localhost:4000',
  client_id: 'c11e0000000000000000000000000007',
  redirect_uri: 'http://localhost:3000/callback',
  logout_uri: 'http://localhost:3000',
  audience: 'https://api.example.com',
})

const root = document.querySelector('#root')

function button(text, onClick) {
  const made = document.createElement('button')
  made.textContent = text
  made.addEventListener('click', onClick)
  return made
}

async function show(accessToken) {
  const state = document.createElement('pre')
  state.id = 'state'
  state.textContent = JSON.stringify({ user: kinde.getUser(), accessToken: decodeJwt(accessToken) })
  root.replaceChildren(
    state,
    button('Refresh', async () => show(await kinde.getToken({ isForceRefresh: true }))),
    button('Sign out', () => kinde.logout()),
  )
}

if (await kinde.isAuthenticated()) await show(await kinde.getToken())
else root.replaceChildren(button('Sign in', () => kinde.login()))
