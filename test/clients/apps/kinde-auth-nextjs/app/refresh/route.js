import { getKindeServerSession } from '@kinde-oss/kinde-auth-nextjs/server'
import { redirect } from 'next/navigation'

export async function GET() {
  await getKindeServerSession().refreshTokens()
  redirect('/')
}
