// Who the user is: names to change, and what they sign in with to read.
import { copyFor, type Copy, type FieldProblem } from '../copy.ts'
import { entryForm } from '../entry-form.ts'
import type { Field } from '../field.ts'
import { wayButton, type FormTarget } from '../form.ts'
import { html } from '../html.ts'
import { renderAccountPage, type AccountFrameView } from './account-frame.ts'

export interface ProfileView extends AccountFrameView {
  readonly form: FormTarget
  readonly names: { readonly given_name: string; readonly family_name: string }
  readonly fieldProblems?: Readonly<Partial<Record<'given_name' | 'family_name', FieldProblem>>>
  /** An https address. */
  readonly pictureUrl?: string
  readonly identities: readonly {
    readonly type: keyof Copy['accountPages']['profile']['identityTypes']
    readonly value: string
    readonly isVerified: boolean
  }[]
  readonly deleteHref: string
}

export function profilePage(view: ProfileView): string {
  const copy = copyFor(view.language)
  const words = copy.accountPages.profile
  const { names, fieldProblems = {}, pictureUrl } = view
  const field = (name: 'given_name' | 'family_name', label: string): Field => ({
    name,
    label,
    type: 'text',
    autocomplete: name === 'given_name' ? 'given-name' : 'family-name',
    value: names[name],
    problem: fieldProblems[name],
    isOptional: true,
  })
  return renderAccountPage(view, {
    title: words.title,
    isFaulty: Object.keys(fieldProblems).length > 0,
    main: html`${pictureUrl !== undefined && html`<img class="account-picture" src="${pictureUrl}" alt="${words.picture}" width="72" height="72" referrerpolicy="no-referrer" />`}
      ${entryForm(
        {
          id: 'profile',
          target: view.form,
          problem: undefined,
          submit: words.submit,
          fields: [field('given_name', words.givenName), field('family_name', words.familyName)],
        },
        copy,
      )}
      <h2 class="account-part">${words.signInWith}</h2>
      <dl class="facts">
        ${view.identities.map(
          ({ type, value, isVerified }) =>
            html`<div>
              <dt>${words.identityTypes[type]}</dt>
              <dd><bdi>${value}</bdi>${type === 'email' && !isVerified && ` (${words.unconfirmed})`}</dd>
            </div>`,
        )}
      </dl>
      <div class="ways">
        ${wayButton({ kind: 'link', href: view.deleteHref }, { id: 'delete-account', look: 'secondary', label: words.deleteAccount })}
      </div>`,
  })
}
