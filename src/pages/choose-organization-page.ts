// A person who belongs to several organizations chooses the one that the tokens will name.
import { coin } from './coin.ts'
import { copyFor } from './copy.ts'
import { cancelButton, form, type FormTarget, type Way } from './form.ts'
import { html, withName } from './html.ts'
import { applicationName, heading, renderPage, type PageView } from './layout.ts'

export interface ChooseOrganizationView extends PageView {
  /** The choice is posted as `org_code`. */
  readonly form: FormTarget
  readonly organizations: readonly OrganizationChoice[]
  readonly account: string
  readonly createHref?: string
  /** Gives `access_denied` back to the application. */
  readonly cancel?: Way
}

export interface OrganizationChoice {
  readonly code: string
  readonly name: string
  /** The user signed in to it last time. */
  readonly isLastUsed?: boolean
}

export function chooseOrganizationPage(view: ChooseOrganizationView): string {
  const copy = copyFor(view.language)
  const words = copy.chooseOrganization
  const lastUsed = html`<span class="account-mark">${words.lastUsed}</span>`
  return renderPage(view, {
    title: words.title,
    main: html`${heading(words.title, withName(words.lead, applicationName(view)))}
      ${form(
        'choose-organization',
        view.form,
        html`<ul class="choices">
          ${view.organizations.map(
            ({ code, name, isLastUsed = false }) =>
              html`<li>
                <button class="choice" type="submit" name="org_code" value="${code}">
                  ${coin(name, 'small')}
                  <span class="choice-name"><bdi>${name}</bdi> ${isLastUsed && lastUsed}</span>
                </button>
              </li>`,
          )}
        </ul>`,
      )}
      ${view.createHref !== undefined && html`<p class="aside-line"><a href="${view.createHref}">${words.create}</a></p>`}
      ${cancelButton(view.cancel, copy.common.cancel)}
      <p class="aside-line aside-line-ruled">${withName(words.signedInAs, view.account)}</p>`,
  })
}
