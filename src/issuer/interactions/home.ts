// The bare address of the issuer, where no playground answers it.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { homePage } from '../../pages/index.ts'
import { requestState } from '../request/request-state.ts'
import { pageFrame, sendPage } from './page-frame.ts'

export async function showHome(ctx: KoaContextWithOIDC): Promise<void> {
  const page = homePage({
    ...pageFrame(ctx, {}),
    siteName: requestState(ctx).site.name,
    discoveryHref: '/.well-known/openid-configuration',
  })
  sendPage(ctx, page)
}
