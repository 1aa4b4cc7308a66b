// A browser without script, as far as forms and cookies go: it keeps cookies, follows redirects of one origin, and fills in the form
// that a page shows. It stops where a redirect leaves for a client.
export interface PageShown {
  readonly url: string
  readonly status: number
  readonly text: string
  readonly headers: Headers
}

export interface UserAgent {
  /** Follows redirects inside the origin; `location` is where one left it. */
  get(url: string): Promise<PageShown & { readonly location?: string }>
  /** Submits the form whose action ends so, or that has the id `#…`, with these values over its own. */
  submit(
    page: PageShown,
    action: string,
    values?: Readonly<Record<string, string>>,
  ): Promise<PageShown & { readonly location?: string }>
  /** A form that no page of ours has shown. */
  post(
    url: string,
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<PageShown & { readonly location?: string }>
  readonly cookies: Map<string, string>
  /** Puts the cookies of another browser into this one, for every path. */
  plant(cookies: ReadonlyMap<string, string>): void
}

export function userAgent(origin: string, headers: Readonly<Record<string, string>> = {}): UserAgent {
  const jar = new Map<string, { value: string; path: string }>()
  const cookies = new Map<string, string>()

  async function request(
    url: string,
    init: RequestInit,
  ): Promise<PageShown & { readonly location?: string }> {
    let current = new URL(url, origin)
    let options = init
    let ownHeaders = new Headers(init.headers)
    for (let hops = 0; hops < 20; hops += 1) {
      const response = await fetch(current, {
        ...options,
        redirect: 'manual',
        headers: { ...headers, ...Object.fromEntries(ownHeaders), cookie: cookieHeader(current) },
      })
      keep(response)
      const location = response.headers.get('location')
      if (response.status < 300 || response.status > 399 || location === null) {
        const text = await response.text()
        return { url: current.href, status: response.status, text, headers: response.headers }
      }
      await response.arrayBuffer()
      const next = new URL(location, current)
      if (next.origin !== origin) {
        return {
          url: current.href,
          status: response.status,
          text: '',
          headers: response.headers,
          location: next.href,
        }
      }
      current = next
      options = { method: 'GET' }
      ownHeaders = new Headers()
    }
    throw new Error('too many redirects')
  }

  function keep(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
      const name = pair.slice(0, pair.indexOf('='))
      const value = pair.slice(pair.indexOf('=') + 1)
      const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? '/'
      const isGone = attributes.some((one) => /^expires=Thu, 01 Jan 1970/i.test(one)) || value === ''
      if (isGone) {
        jar.delete(`${name} ${path}`)
        cookies.delete(name)
      } else {
        jar.set(`${name} ${path}`, { value, path })
        cookies.set(name, value)
      }
    }
  }

  function cookieHeader(url: URL): string {
    return [...jar]
      .filter(([, { path }]) => url.pathname.startsWith(path))
      .map(([key, { value }]) => `${key.split(' ')[0] ?? ''}=${value}`)
      .join('; ')
  }

  return {
    cookies,
    plant(planted) {
      for (const [name, value] of planted) {
        jar.set(`${name} /`, { value, path: '/' })
        cookies.set(name, value)
      }
    },
    get: (url) => request(url, { method: 'GET' }),
    post: (url, fields, more = {}) =>
      request(url, { method: 'POST', body: new URLSearchParams({ ...fields }), headers: { ...more } }),
    async submit(page, action, values = {}) {
      const form = formsIn(page.text).find((one) => `#${one.id}` === action || one.action.endsWith(action))
      if (!form) throw new Error(`no form for ${action} on ${page.url}: ${page.text.slice(0, 2000)}`)
      const body = new URLSearchParams({ ...form.fields, ...values })
      return request(new URL(form.action, page.url).href, { method: 'POST', body, headers: { origin } })
    },
  }
}

interface Form {
  readonly id: string
  readonly action: string
  readonly fields: Record<string, string>
}

function formsIn(html: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*action="([^"]*)"[^>]*)>(.*?)<\/form>/gs)].map(
    ([, attributes = '', action = '', content = '']) => ({
      id: /\bid="([^"]*)"/.exec(attributes)?.[1] ?? '',
      action: decoded(action),
      fields: Object.fromEntries(
        [...content.matchAll(/<input\b([^>]*)>/g)].flatMap(([, attributes = '']) => {
          const name = /\bname="([^"]*)"/.exec(attributes)?.[1]
          const value = /\bvalue="([^"]*)"/.exec(attributes)?.[1] ?? ''
          return name === undefined ? [] : [[name, decoded(value)]]
        }),
      ),
    }),
  )
}

function decoded(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
