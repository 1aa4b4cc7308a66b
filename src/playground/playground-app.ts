// What each button of the playground does. Every request for tokens ends the same way: the run that it caused is looked up and the
// browser is sent to a page that shows it, so that a reload asks for nothing again.
import { Hono, type Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { languageFor, languages, securityHeaders } from '../pages/index.ts'
import { previousInvocation } from '../replays/index.ts'
import type { ApplicationRecord, InvocationStore, StoredInvocation } from '../store/index.ts'
import type { ProjectStatus } from '../workflows/index.ts'
import { addPending, BrowserSessions, noteInvocation, type BrowserSession } from './browser-session.ts'
import { invocationOfRefresh, invocationOfSignIn, invocationOfToken } from './find-invocation.ts'
import { invocationSummary } from './invocation-view.ts'
import {
  PlaygroundClient,
  type ClientDeps,
  type SignInRequest,
  type TokenAnswer,
} from './playground-client.ts'
import { landingPage, resultPage, type DemoUser } from './playground-pages.ts'

export interface PlaygroundDeps extends ClientDeps {
  /** The application that the playground signs in as, as it is now. */
  readonly application: () => Promise<ApplicationRecord | undefined>
  readonly invocations: Pick<InvocationStore, 'flush' | 'list' | 'find'>
  readonly project: () => ProjectStatus
  readonly demoUser: DemoUser | undefined
  readonly isSignUpAllowed: boolean
  readonly nowMs: () => number
}

const cookieName = 'mintage_playground'

/** For /playground and all below it. */
export function playgroundApp(deps: PlaygroundDeps): Hono {
  const playground = new Playground(deps)
  const app = new Hono().basePath('/playground')
  app.get('/', (c) => playground.show(c))
  app.get('/invocations/:id', (c) => playground.showInvocation(c, c.req.param('id')))
  app.get('/callback', (c) => playground.callback(c))
  app.post('/sign-in', (c) => playground.posted(c, (session) => playground.signIn(session, {})))
  app.post('/sign-up', (c) =>
    playground.posted(c, (session) => playground.signIn(session, { prompt: 'create' })),
  )
  app.post('/silent', (c) =>
    playground.posted(c, (session) => playground.signIn(session, { prompt: 'none' })),
  )
  app.post('/organization', (c) =>
    playground.posted(c, (session, form) =>
      playground.signIn(session, { organizationCode: form['org_code'] ?? '' }),
    ),
  )
  app.post('/refresh', (c) => playground.posted(c, (session) => playground.refresh(session)))
  app.post('/sign-out', (c) => playground.posted(c, (session) => playground.signOut(session)))
  app.notFound((c) =>
    c.req.header('accept')?.includes('text/html') === true
      ? c.redirect('/playground', 303)
      : c.json({ error: 'not_found' }, 404, { 'cache-control': 'no-store' }),
  )
  return app
}

class Playground {
  readonly #deps: PlaygroundDeps
  readonly #sessions = new BrowserSessions()
  #client: { readonly application: ApplicationRecord; readonly client: PlaygroundClient } | undefined

  constructor(deps: PlaygroundDeps) {
    this.#deps = deps
  }

  async show(c: Context): Promise<Response> {
    const session = this.#session(c)
    const facts = this.#facts(c, session)
    if (session.tokens === undefined && session.failure === undefined) return page(c, landingPage(facts))
    const id = session.lastInvocationId
    const invocation = id === undefined ? undefined : await this.#deps.invocations.find(id)
    return page(c, resultPage(facts, invocation, await this.#previous(invocation)))
  }

  /** `with` names the run to compare with. Of both, only runs that this browser caused are shown to it. */
  async showInvocation(c: Context, id: string): Promise<Response> {
    const session = this.#session(c)
    const invocation = await this.#own(session, id)
    if (invocation === undefined) return c.redirect('/playground', 303)
    const otherId = c.req.query('with')
    const other = otherId === undefined ? await this.#previous(invocation) : await this.#own(session, otherId)
    if (otherId !== undefined && (other === undefined || otherId === id)) {
      return c.redirect(`/playground/invocations/${id}`, 303)
    }
    return page(c, resultPage(this.#facts(c, session), invocation, other))
  }

  /** Runs the action of a form that came from one of our pages, and sends the browser where it says. */
  async posted(
    c: Context,
    action: (session: BrowserSession, form: Partial<Record<string, string>>) => Promise<string>,
  ): Promise<Response> {
    const session = this.#sessions.find(getCookie(c, cookieName))
    const form = Object.fromEntries(new URLSearchParams(await c.req.text()))
    const isOurs = session !== undefined && form['csrf'] === session.csrfToken
    return c.redirect(isOurs ? await action(session, form) : '/playground', 303)
  }

  async signIn(session: BrowserSession, request: SignInRequest): Promise<string> {
    const { client } = await this.#asApplication()
    const { url, pending } = await client.start(request)
    addPending(session, { ...pending, startedAtMs: this.#deps.nowMs() })
    return url.href
  }

  async callback(c: Context): Promise<Response> {
    const { searchParams, search } = new URL(c.req.url)
    const session = this.#sessions.find(getCookie(c, cookieName))
    const state = searchParams.get('state') ?? ''
    const pending = session?.pending.get(state)
    // Another browser's answer, or one that was used already (BR-03).
    if (session === undefined || pending === undefined) return c.redirect('/playground', 303)
    session.pending.delete(state)
    const { client, application } = await this.#asApplication()
    const answer = await client.finish(search, pending)
    const { invocations } = this.#deps
    this.#received(
      session,
      answer,
      'failure' in answer
        ? await invocationOfSignIn(invocations, application.clientId, state)
        : await invocationOfToken(invocations, answer.accessToken),
    )
    return c.redirect('/playground', 303)
  }

  async refresh(session: BrowserSession): Promise<string> {
    const { tokens } = session
    if (tokens === undefined) return '/playground'
    const { client, application } = await this.#asApplication()
    const sinceMs = this.#deps.nowMs()
    const answer = await client.refresh(tokens)
    const { invocations } = this.#deps
    const { clientId } = application
    this.#received(
      session,
      answer,
      'failure' in answer
        ? await invocationOfRefresh(invocations, { clientId, userId: tokens.subject, sinceMs })
        : await invocationOfToken(invocations, answer.accessToken),
    )
    return '/playground'
  }

  async signOut(session: BrowserSession): Promise<string> {
    const { client } = await this.#asApplication()
    const url = await client.signOutUrl(session.tokens)
    session.tokens = undefined
    session.failure = undefined
    return url.href
  }

  /** A refusal leaves the tokens that are there: nothing of them was taken away. */
  #received(session: BrowserSession, answer: TokenAnswer, invocation: StoredInvocation | undefined): void {
    if ('failure' in answer) {
      session.failure = answer.failure
    } else {
      session.failure = undefined
      session.tokens = answer
    }
    noteInvocation(session, invocation && invocationSummary(invocation))
  }

  async #own(session: BrowserSession, id: string): Promise<StoredInvocation | undefined> {
    return session.invocations.some((known) => known.id === id) ? this.#deps.invocations.find(id) : undefined
  }

  /** It may be a run that another browser caused; it is of the same user and client. */
  async #previous(invocation: StoredInvocation | undefined): Promise<StoredInvocation | undefined> {
    return invocation && previousInvocation(invocation, this.#deps.invocations)
  }

  #session(c: Context): BrowserSession {
    const known = this.#sessions.find(getCookie(c, cookieName))
    if (known !== undefined) return known
    const session = this.#sessions.open()
    setCookie(c, cookieName, session.id, {
      httpOnly: true,
      sameSite: 'Lax',
      secure: this.#deps.issuer.startsWith('https:'),
      path: '/playground',
    })
    return session
  }

  #facts(c: Context, session: BrowserSession) {
    session.language = languages.find((known) => known === c.req.query('lang')) ?? session.language
    return {
      session,
      language: session.language ?? languageFor(undefined, c.req.header('accept-language')),
      project: this.#deps.project(),
      demoUser: this.#deps.demoUser,
      isSignUpAllowed: this.#deps.isSignUpAllowed,
    }
  }

  /** The client is made anew when the application changes, as by an edit of mintage.yaml. */
  async #asApplication() {
    const application = await this.#deps.application()
    if (application === undefined) throw new Error('the application of the playground is gone')
    const known = this.#client
    if (known && JSON.stringify(known.application) === JSON.stringify(application)) return known
    const made = { application, client: new PlaygroundClient(application, this.#deps) }
    this.#client = made
    return made
  }
}

function page(c: Context, html: string): Response {
  return c.html(html, 200, securityHeaders())
}
