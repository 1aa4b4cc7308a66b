// An organization of the user: its name, and for those who may change its members, who belongs to it.
import { copyFor, type Copy, type FieldProblem } from '../copy.ts'
import { entryForm } from '../entry-form.ts'
import { form, submitButton, type FormTarget } from '../form.ts'
import { html, withName, type Html } from '../html.ts'
import { renderAccountPage, type AccountFrameView } from './account-frame.ts'

export interface OrganizationView extends AccountFrameView {
  readonly name: string
  /** Of the user who looks. */
  readonly roles: readonly string[]
  /** For a user who may change the members. */
  readonly management?: OrganizationManagement
}

interface OrganizationManagement {
  readonly rename: FormTarget
  readonly typed: { readonly org_name: string; readonly email: string }
  readonly fieldProblems?: Readonly<Partial<Record<'org_name' | 'email', FieldProblem>>>
  readonly invite: FormTarget
  /** Those that can still be accepted. */
  readonly invitations: readonly { readonly email: string; readonly withdraw: FormTarget }[]
  readonly members: readonly MemberItem[]
  readonly moreHref?: string
  readonly firstHref?: string
}

interface MemberItem {
  readonly name: string
  readonly email?: string
  readonly roles: readonly string[]
  readonly isSelf: boolean
  readonly href: string
}

export function organizationPage(view: OrganizationView): string {
  const copy = copyFor(view.language)
  const words = copy.accountPages.organization
  const { management } = view
  return renderAccountPage(view, {
    title: view.name,
    isFaulty: management?.fieldProblems !== undefined,
    lead: view.roles.length > 0 ? words.yourRoles(view.roles.join(', ')) : words.noRoles,
    main: html`${management === undefined ? html`<p>${words.noManagement}</p>` : managementHtml(management, copy)}`,
  })
}

function managementHtml(
  { rename, typed, fieldProblems, members, moreHref, firstHref, ...inviting }: OrganizationManagement,
  copy: Copy,
): Html {
  const { organization: words, first, more } = copy.accountPages
  return html`${entryForm(
      {
        id: 'rename-organization',
        target: rename,
        problem: undefined,
        submit: words.rename,
        fields: [
          {
            name: 'org_name',
            label: copy.createOrganization.name,
            type: 'text',
            autocomplete: 'organization',
            value: typed.org_name,
            problem: fieldProblems?.org_name,
          },
        ],
      },
      copy,
    )}
    <h2 class="account-part" id="members">${words.members}</h2>
    <ul class="account-list">
      ${members.map(
        ({ name, email, roles, isSelf, href }) =>
          html`<li class="account-item">
            <p class="account-item-title">
              ${isSelf ? html`<bdi>${name}</bdi> <span class="account-mark">${words.you}</span>` : html`<a href="${href}"><bdi>${name}</bdi></a>`}
            </p>
            ${email !== undefined && email !== name && html`<p class="account-item-line"><bdi>${email}</bdi></p>`}
            <p class="account-item-line">${roles.length > 0 ? roles.join(', ') : words.noRole}</p>
          </li>`,
      )}
    </ul>
    ${
      (moreHref !== undefined || firstHref !== undefined) &&
      html`<p class="aside-line account-turn">
        ${firstHref !== undefined && html`<a id="first" href="${firstHref}">${first}</a> `}
        ${moreHref !== undefined && html`<a id="more" href="${moreHref}">${more}</a>`}
      </p>`
    }
    <h2 class="account-part">${words.invite}</h2>
    ${entryForm(
      {
        id: 'invite',
        target: inviting.invite,
        problem: undefined,
        submit: words.sendInvitation,
        fields: [
          {
            name: 'email',
            label: copy.common.email,
            type: 'email',
            autocomplete: 'off',
            hint: words.inviteHint,
            value: typed.email,
            problem: fieldProblems?.email,
          },
        ],
      },
      copy,
    )}
    ${
      inviting.invitations.length > 0 &&
      html`<ul class="account-list">
        ${inviting.invitations.map(
          ({ email, withdraw }, index) =>
            html`<li class="account-item">
              <p class="account-item-title"><bdi>${email}</bdi></p>
              <p class="account-item-line">${words.invited}</p>
              ${form(
                `withdraw-${index}-form`,
                withdraw,
                submitButton({
                  id: `withdraw-${index}`,
                  look: 'secondary',
                  label: withName(words.withdraw, email),
                }),
              )}
            </li>`,
        )}
      </ul>`
    }`
}
