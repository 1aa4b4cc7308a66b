// One page with its view model, so that a test can render it again with other texts in every field of it.
import { copyFor, languages } from '../../src/pages/index.ts'
import { tokenKinds } from '../../src/oauth/index.ts'

export interface PageFixture {
  readonly html: string
  /** The page with every text of its view model replaced, at any depth; what the view model chooses stays chosen. */
  withEveryText(text: string): string
}

export function page<View extends object>(render: (view: View) => string, view: View): PageFixture {
  return {
    html: render(view),
    withEveryText: (text) => {
      const copy = structuredClone(view)
      replaceTexts(copy, text)
      return render(copy)
    },
  }
}

function replaceTexts(container: object, text: string): void {
  for (const [name, value] of Object.entries(container)) {
    if (typeof value === 'string' && !choices.has(value)) Reflect.set(container, name, text)
    if (typeof value === 'object' && value !== null) replaceTexts(value, text)
  }
}

/** Strings that a view model chooses from a closed union, which no outsider can set. */
const choices: ReadonlySet<string> = new Set([
  ...languages,
  ...tokenKinds,
  ...keysOf(copyFor('en')),
  ...[
    'link',
    'form',
    'password-reset',
    'sign-up',
    'change',
    'temporary',
    'requested',
    'connected',
    'refused',
    'sign-in',
    'account',
  ],
  ...['debug', 'info', 'warn', 'error', 'stop', 'continue'],
])

/** Names of problems, decisions and the like are keys of the table of words. */
function keysOf(table: object): string[] {
  return Object.entries(table).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null ? [name, ...keysOf(value)] : [name],
  )
}
