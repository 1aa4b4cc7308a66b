import { LoginLink, LogoutLink } from '@kinde-oss/kinde-auth-nextjs/components'
import { getKindeServerSession } from '@kinde-oss/kinde-auth-nextjs/server'

export default async function Home() {
  const { getAccessToken, getUser, isAuthenticated } = getKindeServerSession()
  if (!(await isAuthenticated())) return <LoginLink>Sign in</LoginLink>
  return (
    <>
      <pre id="state">{JSON.stringify({ user: await getUser(), accessToken: await getAccessToken() })}</pre>
      <a href="/refresh">Refresh</a>
      <LogoutLink>Sign out</LogoutLink>
    </>
  )
}
