import { withAuth } from '@kinde-oss/kinde-auth-nextjs/middleware'

export default withAuth(() => undefined, { publicPaths: ['/'], isReturnToCurrentPage: true })

export const config = { matcher: ['/profile'] }
