// The fixtures behind real HTTP, with the headers, the stylesheet and the script that the issuer sends.
import {
  script,
  scriptPath,
  securityHeaders,
  stylesheet,
  stylesheetPath,
  themeOf,
  themePath,
} from '../../src/pages/index.ts'
import type { PageFixture } from './page-fixture.ts'
import { startHttpServer, type Lifetime, type LocalServer } from '../harness/http-server.ts'

const logo =
  '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40"><rect width="120" height="40" fill="#ffd400"/></svg>'

/** Each page at `/NAME`. */
export function servePages(
  lifetime: Lifetime,
  pages: Readonly<Record<string, PageFixture>>,
): Promise<LocalServer> {
  return startHttpServer(lifetime, ({ url }) => {
    if (url.pathname === stylesheetPath) return { headers: { 'content-type': 'text/css' }, text: stylesheet }
    if (url.pathname === scriptPath) return { headers: { 'content-type': 'text/javascript' }, text: script }
    if (url.pathname === themePath)
      return { headers: { 'content-type': 'text/css' }, text: themeOf(url.searchParams).css }
    if (url.pathname === '/logo') return { headers: { 'content-type': 'image/svg+xml' }, text: logo }
    const page = pages[url.pathname.slice(1)]
    if (page === undefined) return { status: 404 }
    return { headers: { 'content-type': 'text/html; charset=utf-8', ...securityHeaders() }, text: page.html }
  })
}
