import { decodeJwt } from 'jose'
import { createRoot } from 'react-dom/client'
import { AuthProvider, useAuth } from 'react-oidc-context'

const configuration = {
  authority: 'http://localhost:4000',
  client_id: 'c11e0000000000000000000000000010',
  redirect_uri: 'http://localhost:3000/callback',
  post_logout_redirect_uri: 'http://localhost:3000',
  scope: 'openid profile email offline_access',
  onSigninCallback: () => history.replaceState(null, '', '/'),
}

function Home() {
  const auth = useAuth()
  if (auth.error) return <p>{auth.error.message}</p>
  if (auth.isLoading) return <p>One moment</p>
  if (!auth.isAuthenticated) return <button onClick={() => auth.signinRedirect()}>Sign in</button>
  const { profile, access_token } = auth.user
  return (
    <>
      <pre id="state">{JSON.stringify({ user: profile, accessToken: decodeJwt(access_token) })}</pre>
      <button onClick={() => auth.signinSilent()}>Refresh</button>
      <button onClick={() => auth.signoutRedirect()}>Sign out</button>
    </>
  )
}

createRoot(document.querySelector('#root')).render(
  <AuthProvider {...configuration}>
    <Home />
  </AuthProvider>,
)
