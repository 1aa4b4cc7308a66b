// The bare address of the issuer, where no playground answers it.
import { homePage } from '../../pages/index.ts'
import type { Exchange } from '../exchange.ts'
import { pageFrame, sendPage } from '../page-frame.ts'
import { surroundings } from '../site.ts'

export async function showHome(exchange: Exchange): Promise<void> {
  const page = homePage({
    ...(await pageFrame(exchange, {})),
    siteName: surroundings(exchange).site.name,
    discoveryHref: '/.well-known/openid-configuration',
  })
  sendPage(exchange, page)
}
