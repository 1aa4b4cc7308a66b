// The organizations that the user belongs to.
import { coin } from '../coin.ts'
import { copyFor } from '../copy.ts'
import { html } from '../html.ts'
import { renderAccountPage, type AccountFrameView } from './account-frame.ts'

export interface OrganizationsView extends AccountFrameView {
  readonly organizations: readonly {
    readonly name: string
    readonly href?: string
    /** The one that the application named. */
    readonly isCurrent: boolean
  }[]
}

export function organizationsPage(view: OrganizationsView): string {
  const { organizations: words } = copyFor(view.language).accountPages
  const isEmpty = view.organizations.length === 0
  return renderAccountPage(view, {
    title: words.title,
    lead: isEmpty ? words.none : words.lead,
    main: html`${
      !isEmpty &&
      html`<ul class="choices">
        ${view.organizations.map(({ name, href, isCurrent }) => {
          const content = html`${coin(name, 'small')}<span class="choice-name"
              ><bdi>${name}</bdi
              >${isCurrent && html` <span class="account-mark">${words.current}</span>`}</span
            >`
          return html`<li>
            ${href === undefined ? html`<div class="choice choice-still">${content}</div>` : html`<a class="choice" href="${href}">${content}</a>`}
          </li>`
        })}
      </ul>`
    }`,
  })
}
