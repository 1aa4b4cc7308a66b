// The way from a step back to the engine (`/oauth2/auth/:uid`, `/device/:uid`), which may run a workflow and take seconds. It is gone once
// for each step: a person who presses again meanwhile waits for the same answer, and one whose answer was lost gets it again for as long
// as it is worth something.
import type { Interaction, KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { ArtifactStore } from '../../store/index.ts'
import { endingWithoutCookie, type FindApplication, interactionPath, showEnded } from '../../sign-in/index.ts'
import type { RecordedAnswer } from '../http/answer-once.ts'
import { browserSession } from '../http/browser-session.ts'
import { hiddenField } from '../overrides/engine-html.ts'
import { hashOfArtifactId } from '../request/artifact-id.ts'
import { routes } from '../request/routes.ts'
import { beginAnew } from './begin-anew.ts'
import { pendingSignIn, signedCookie, type SignInEngineDeps } from './sign-in-engine.ts'
import { keptSeconds } from './expired-sign-in.ts'
import { isInItsSession } from './session-of-interaction.ts'

export interface ResumeDeps extends SignInEngineDeps {
  readonly findApplication: FindApplication
  readonly artifacts: Pick<ArtifactStore, 'find'>
}

const pathPattern = new RegExp(`^(?:${routes.authorization}|${routes.code_verification})/([\\w-]{1,64})$`)

export function resumeOnce(deps: ResumeDeps) {
  const { provider } = deps
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    const [, uid] = pathPattern.exec(ctx.path) ?? []
    if (uid === undefined || ctx.method !== 'GET') return next()
    const interaction = await provider.Interaction.find(uid)
    const signIn = interaction && pendingSignIn(ctx, interaction, deps)
    if (!interaction || !signIn || signIn.isExpired || signedCookie(ctx, 'resume', provider) !== uid)
      return showEnded(ctx, endingWithoutCookie(signIn), signIn, deps)
    // The step is still to be done.
    if (interaction.result === undefined) return ctx.redirect(`${interactionPath}/${uid}`)
    const adapt = (answer: RecordedAnswer) => stillWorth(ctx, answer, interaction, deps)
    await deps.once(ctx, { key: `resume ${uid}`, keepSeconds: keptSeconds, adapt }, async () => {
      // Only now: the browser whose answer was lost has the cookie of a session that has another id since.
      if (!(await isInItsSession(ctx, interaction, provider))) {
        await beginAnew(ctx, interaction, provider)
        return 'not-done'
      }
      await next()
      // The same browser may have to come here again for the answer.
      keepCookie(ctx, provider.cookieName('resume'))
      return undefined
    })
  }
}

/** A code is given again until the application has used it. The session's cookie is set again where the first answer did not arrive. */
async function stillWorth(
  ctx: KoaContextWithOIDC,
  answer: RecordedAnswer,
  interaction: Interaction,
  deps: ResumeDeps,
): Promise<RecordedAnswer | undefined> {
  const code = codeIn(answer)
  if (code !== undefined && !(await isUsable(code, deps))) {
    await showEnded(ctx, 'finished', pendingSignIn(ctx, interaction, deps), deps)
    return undefined
  }
  const session = await browserSession(ctx, deps.provider, deps.nowMs)
  return session === undefined ? answer : withoutSession(answer, deps.provider)
}

async function isUsable(code: string, { artifacts, nowMs }: ResumeDeps): Promise<boolean> {
  const found = await artifacts.find('AuthorizationCode', hashOfArtifactId(code))
  return found !== undefined && found.consumedAtMs === null && (found.expiresAtMs ?? 0) > nowMs()
}

/** In an address, that of the page of a success included, or in the form of `form_post`. */
function codeIn({ headers, body }: RecordedAnswer): string | undefined {
  const address = String(headers['location'] ?? headers['refresh'] ?? '')
  const [, inAddress] = /[?&#]code=([^&]*)/.exec(address) ?? []
  return inAddress ?? hiddenField(body ?? '', 'code')
}

function withoutSession(answer: RecordedAnswer, provider: Provider): RecordedAnswer {
  const { 'set-cookie': cookies = [], ...headers } = answer.headers
  const name = provider.cookieName('session')
  const kept = [cookies].flat().filter((line) => !isCookie(line, name))
  return { ...answer, headers: { ...headers, 'set-cookie': kept } }
}

/** With its signature, which is a cookie of its own. */
function isCookie(line: string, name: string): boolean {
  return line.startsWith(`${name}=`) || line.startsWith(`${name}.sig=`)
}

/** Leaves out that an answer deletes this cookie. */
function keepCookie({ res }: KoaContextWithOIDC, name: string): void {
  const lines = [res.getHeader('set-cookie') ?? []].flat().map(String)
  const kept = lines.filter((line) => !(isCookie(line, name) && line.includes('expires=Thu, 01 Jan 1970')))
  if (kept.length === 0) res.removeHeader('set-cookie')
  else res.setHeader('set-cookie', kept)
}
