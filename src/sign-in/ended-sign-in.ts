// The page of a sign-in that cannot go on from here: it says why in the person's words and leads on, to the same request once more and to
// the application. There are four reasons: expired, no cookie, finished before, a form that did not arrive as its page sent it.
import { errorPage } from '../pages/index.ts'
import type { FindApplication } from './account/account-application.ts'
import type { PendingSignIn } from './engine.ts'
import type { Exchange } from './exchange.ts'
import { pageFrame, sendPage } from './page-frame.ts'
import { interactionPath } from './paths.ts'

export type SignInEnding = 'expired' | 'cookies' | 'finished' | 'formExpired'

const errorCodes = {
  expired: 'session_not_found',
  cookies: 'session_not_found',
  finished: 'already_finished',
  formExpired: 'form_refused',
} as const satisfies Record<SignInEnding, string>

/** The action of a sign-in that begins its request anew. */
export const againAction = 'again'

export async function showEnded(
  exchange: Exchange,
  ending: SignInEnding,
  signIn: PendingSignIn | undefined,
  { findApplication }: { readonly findApplication: FindApplication },
): Promise<void> {
  const page = errorPage({
    ...(await pageFrame(exchange, {
      organizationCode: signIn?.param('org_code'),
      requestedLanguage: signIn?.param('ui_locales'),
      application: await findApplication(signIn?.param('client_id')),
    })),
    error: errorCodes[ending],
    advice: ending,
    ...(signIn && wayOn(signIn, ending)),
  })
  exchange.set('cache-control', 'no-store')
  sendPage(exchange, page, { status: ending === 'formExpired' ? 403 : 400 })
}

function wayOn({ uid }: PendingSignIn, ending: SignInEnding): { retryHref: string } | { againHref: string } {
  const page = `${interactionPath}/${uid}`
  return ending === 'formExpired' ? { retryHref: page } : { againHref: `${page}/${againAction}` }
}

/** A form of an account page that did not come from the page: the person opens that page again. */
export async function showRefusedForm(exchange: Exchange, retryHref: string): Promise<void> {
  // Each page sets a cookie: a browser without any blocks them, or is not the one that began.
  const advice = exchange.get('cookie') === '' ? 'cookies' : 'formExpired'
  sendPage(
    exchange,
    errorPage({ ...(await pageFrame(exchange, {})), error: errorCodes[advice], advice, retryHref }),
    {
      status: 403,
    },
  )
}

/** Why a browser does not bring the cookie of a sign-in that it asks for. */
export function endingWithoutCookie(signIn: PendingSignIn | undefined): SignInEnding {
  return signIn && !signIn.isExpired ? 'cookies' : 'expired'
}
