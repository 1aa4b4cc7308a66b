// A person in front of the pages, without script: opens what an application built, fills in the forms, and ends where the
// application's callback begins.
import { ada } from './directory-fixture.ts'
import type { PageShown, UserAgent } from './user-agent.ts'

type Shown = PageShown & { readonly location?: string }

/** Opens an authorization URL and signs in; resolves to the callback that the browser is sent to. */
export async function signIn(
  agent: UserAgent,
  url: string | URL,
  { email, password }: { readonly email: string; readonly password: string } = ada,
): Promise<URL> {
  const page = await agent.get(String(url))
  return callbackOf(await agent.submit(page, '/sign-in', { identifier: email, password }))
}

/** Opens an authorization URL that needs nobody's word. */
export async function passThrough(agent: UserAgent, url: string | URL): Promise<URL> {
  return callbackOf(await agent.get(String(url)))
}

/** Where a page has led; fails with what was shown instead. */
export function callbackOf({ location, status, url, text }: Shown): URL {
  if (location === undefined)
    throw new Error(`${url} showed a page with ${String(status)}: ${shownText(text)}`)
  return new URL(location)
}

/** What a person reads of a page. */
export function shownText(html: string): string {
  return html
    .replace(/^.*?<main[^>]*>/s, '')
    .replace(/<\/main>.*$/s, '')
    .replaceAll(/<\/?(?:bdi|strong|wbr)\b[^>]*>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
