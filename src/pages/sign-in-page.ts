// Sign-in: identifier and password in one form, so that a password manager fills both at once. What was wrong is never
// said more closely than "one of the two": the page must not tell who has an account.
import { copyFor, type Copy, type FieldProblem } from './copy.ts'
import { entryForm } from './entry-form.ts'
import { cancelButton, form, type FormTarget, type Way } from './form.ts'
import { html, withName, type Html } from './html.ts'
import { heading, renderPage, type PageView } from './layout.ts'
import { invitedLead } from './invited-lead.ts'

export interface SignInView extends PageView {
  readonly form: FormTarget
  /** From `login_hint`, or what was typed before. */
  readonly identifier?: string
  /** Which kinds of identifier sign a user in; an email address when not given. */
  readonly identifiers?: 'email' | 'username' | 'phone' | 'several'
  /** The person is invited to this organization, with the address of `identifier`. */
  readonly invitedTo?: string
  readonly problem?: keyof Copy['signIn']['problems'] | 'credentialsWrong'
  readonly fieldProblems?: Readonly<Partial<Record<'identifier' | 'password', FieldProblem>>>
  readonly signUpHref?: string
  readonly forgottenPasswordHref?: string
  /** Other ways to sign in. The chosen one is posted as `connection_id`. */
  readonly connections?: { readonly form: FormTarget; readonly choices: readonly ConnectionChoice[] }
  /** Gives `access_denied` back to the application. */
  readonly cancel?: Way
}

export interface ConnectionChoice {
  readonly connectionId: string
  readonly name: string
}

/** A phone number begins with its country, which its keyboard has as well. */
const fieldTypes = { email: 'email', username: 'text', phone: 'tel', several: 'text' } as const

export function signInPage(view: SignInView): string {
  const copy = copyFor(view.language)
  const words = copy.signIn
  const { identifier, identifiers = 'email', fieldProblems, problem } = view
  const label = copy.common.identifiers[identifiers]
  return renderPage(view, {
    title: words.title,
    hasScript: true,
    isFaulty: problem !== undefined || fieldProblems !== undefined,
    main: html`${heading(words.title, invitedLead(view, copy))}
    ${entryForm(
      {
        id: 'sign-in',
        target: view.form,
        problem:
          problem === 'credentialsWrong'
            ? copy.credentialsWrong[identifiers === 'several' ? 'email' : identifiers]
            : problem && words.problems[problem],
        // Which of the two is wrong is not said.
        blamed: problem === 'credentialsWrong' ? ['identifier', 'password'] : [],
        submit: words.submit,
        startsFocused: true,
        fields: [
          {
            name: 'identifier',
            label,
            type: fieldTypes[identifiers],
            autocomplete: 'username',
            ...(identifier !== undefined && { value: identifier }),
            problem: fieldProblems?.identifier,
            ...(view.invitedTo !== undefined && { isFixed: true, hint: copy.invitation.emailHint }),
          },
          {
            name: 'password',
            label: copy.common.password,
            type: 'password',
            autocomplete: 'current-password',
            problem: fieldProblems?.password,
          },
        ],
      },
      copy,
    )}
    ${view.forgottenPasswordHref !== undefined && html`<p class="aside-line"><a href="${view.forgottenPasswordHref}">${words.forgotPassword}</a></p>`}
    ${connectionChoices(view, words)} ${cancelButton(view.cancel, copy.common.cancel)}
    ${view.signUpHref !== undefined && html`<p class="aside-line aside-line-ruled">${words.noAccount} <a href="${view.signUpHref}">${words.signUp}</a></p>`}`,
  })
}

function connectionChoices({ connections }: SignInView, words: Copy['signIn']): Html | undefined {
  if (connections === undefined || connections.choices.length === 0) return undefined
  return html`<p class="divider"><span>${words.or}</span></p>
    ${form(
      'connections',
      connections.form,
      html`${connections.choices.map(
        ({ connectionId, name }) =>
          html`<button
            class="button button-secondary"
            type="submit"
            name="connection_id"
            value="${connectionId}"
          >
            <span>${withName(words.continueWith, name)}</span>
          </button>`,
      )}`,
    )}`
}
