import { KindeProvider, useKindeAuth } from '@kinde-oss/kinde-auth-react'
import { RefreshType } from '@kinde-oss/kinde-auth-react/utils'
import { decodeJwt } from 'jose'
import { useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'

function Application() {
  return (
    <KindeProvider
      domain="http://localhost:4000"
      clientId="c11e0000000000000000000000000008"
      redirectUri="http://localhost:3000/callback"
      logoutUri="http://localhost:3000"
      audience="https://api.example.com"
    >
      <Home />
    </KindeProvider>
  )
}

function Home() {
  const { isLoading, isAuthenticated, user, login, logout, getAccessToken, refreshToken } = useKindeAuth()
  const [accessToken, setAccessToken] = useState()
  const readToken = async () => setAccessToken(await getAccessToken())
  useEffect(() => {
    if (isAuthenticated) void readToken()
  }, [isAuthenticated])

  if (isLoading) return <p>One moment</p>
  if (!isAuthenticated) return <button onClick={() => login()}>Sign in</button>
  if (!accessToken) return <p>One moment</p>
  const refresh = async () => {
    await refreshToken({
      domain: 'http://localhost:4000',
      clientId: 'c11e0000000000000000000000000008',
      refreshType: RefreshType.cookie,
    })
    await readToken()
  }
  return (
    <>
      <pre id="state">{JSON.stringify({ user, accessToken: decodeJwt(accessToken) })}</pre>
      <button onClick={refresh}>Refresh</button>
      <button onClick={() => logout()}>Sign out</button>
    </>
  )
}

createRoot(document.querySelector('#root')).render(<Application />)
