// The page of a sign-in that cannot go on from here: it says why in the person's words and leads on, to the same request once more and to
// the application. Four reasons are told apart: expired, no cookie, finished before, a form that did not arrive as its page sent it.
import type { Interaction, KoaContextWithOIDC, Provider } from 'oidc-provider'
import { errorPage } from '../../pages/index.ts'
import type { FindApplication } from '../request/account-application.ts'
import { interactionPath } from '../request/routes.ts'
import { pageFrame, sendPage } from './page-frame.ts'

export type SignInEnding = 'expired' | 'cookies' | 'finished' | 'formExpired'

const errorCodes = {
  expired: 'session_not_found',
  cookies: 'session_not_found',
  finished: 'already_finished',
  formExpired: 'form_refused',
} as const satisfies Record<SignInEnding, string>

/** The action of an interaction that begins its request anew. */
export const againAction = 'again'

export async function showEnded(
  ctx: KoaContextWithOIDC,
  ending: SignInEnding,
  interaction: Interaction | undefined,
  { findApplication }: { readonly findApplication: FindApplication },
): Promise<void> {
  const locales = interaction?.params['ui_locales']
  const page = errorPage({
    ...pageFrame(ctx, {
      requestedLanguage: typeof locales === 'string' ? locales : undefined,
      application: await findApplication(interaction?.params['client_id']),
    }),
    error: errorCodes[ending],
    advice: ending,
    ...(interaction && wayOn(interaction, ending)),
  })
  ctx.set('cache-control', 'no-store')
  sendPage(ctx, page, { status: ending === 'formExpired' ? 403 : 400 })
}

function wayOn({ uid }: Interaction, ending: SignInEnding): { retryHref: string } | { againHref: string } {
  const page = `${interactionPath}/${uid}`
  return ending === 'formExpired' ? { retryHref: page } : { againHref: `${page}/${againAction}` }
}

/** A form of an account page that did not come from the page: the person opens that page again. */
export function showRefusedForm(ctx: KoaContextWithOIDC, retryHref: string): void {
  // Each page sets a cookie: a browser without any blocks them, or is not the one that began.
  const advice = ctx.get('cookie') === '' ? 'cookies' : 'formExpired'
  sendPage(ctx, errorPage({ ...pageFrame(ctx, {}), error: errorCodes[advice], advice, retryHref }), {
    status: 403,
  })
}

/** Why a browser does not bring the cookie of an interaction that it asks for. */
export function endingWithoutCookie(
  interaction: Interaction | undefined,
  isOver: (interaction: Interaction) => boolean,
): SignInEnding {
  return interaction && !isOver(interaction) ? 'cookies' : 'expired'
}

/** The value of one of the engine's signed cookies. */
export function signedCookie(
  ctx: KoaContextWithOIDC,
  name: 'interaction' | 'resume',
  provider: Provider,
): string | undefined {
  return ctx.cookies.get(provider.cookieName(name), { signed: true })
}
