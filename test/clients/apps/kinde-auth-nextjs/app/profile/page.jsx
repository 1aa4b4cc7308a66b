import { getKindeServerSession } from '@kinde-oss/kinde-auth-nextjs/server'

export default async function Profile() {
  const { getUser, getOrganization } = getKindeServerSession()
  const user = await getUser()
  const organization = await getOrganization()
  return <pre id="profile">{JSON.stringify({ email: user.email, organization: organization?.orgCode })}</pre>
}
