// One member of an organization, for those who may change its members: roles, and the end of the membership.
import { copyFor } from '../copy.ts'
import { form, submitButton, type FormTarget } from '../form.ts'
import { html, withName } from '../html.ts'
import { renderAccountPage, type AccountFrameView } from './account-frame.ts'

export interface MemberView extends AccountFrameView {
  readonly name: string
  readonly email?: string
  readonly organization: string
  readonly organizationHref: string
  readonly changeRoles: FormTarget
  readonly roles: readonly {
    readonly id: string
    readonly name: string
    readonly isHeld: boolean
    /** False: the user who looks may not give it, nor take it away. */
    readonly mayAssign: boolean
  }[]
  readonly remove: FormTarget
}

export function memberPage(view: MemberView): string {
  const { member: words } = copyFor(view.language).accountPages
  const { name, organization } = view
  return renderAccountPage(view, {
    title: name,
    lead: withName(words.lead, organization),
    main: html`${view.email !== undefined && view.email !== name && html`<p><bdi>${view.email}</bdi></p>`}
      ${form(
        'member-roles',
        view.changeRoles,
        html`<fieldset class="account-checks">
            <legend class="field-label">${words.roles}</legend>
            ${view.roles.length === 0 && html`<p>${words.noRoles}</p>`}
            ${view.roles.map(
              ({ id, name: role, isHeld, mayAssign }) =>
                html`<label class="account-check" for="role-${id}"
                  ><input
                    id="role-${id}"
                    type="checkbox"
                    name="roles"
                    autocomplete="off"
                    value="${id}"
                    ${isHeld && html` checked`}${!mayAssign && html` disabled`}
                  />
                  <span><bdi>${role}</bdi></span></label
                >`,
            )}
          </fieldset>
          ${view.roles.length > 0 && submitButton({ id: 'member-roles-submit', look: 'primary', label: words.submit })}`,
      )}
      ${form(
        'remove-member',
        view.remove,
        submitButton({ id: 'remove-member-submit', look: 'secondary', label: withName(words.remove, name) }),
      )}
      <p class="aside-line">
        <a id="to-organization" href="${view.organizationHref}"
          ><span>${withName(words.backTo, organization)}</span></a
        >
      </p>`,
  })
}
