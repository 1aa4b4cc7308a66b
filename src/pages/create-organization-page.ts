// A person founds an organization, on the way into an application that asked for one (`is_create_org`).
import { copyFor, type Copy, type FieldProblem } from './copy.ts'
import { entryForm } from './entry-form.ts'
import { cancelButton, type FormTarget, type Way } from './form.ts'
import { html } from './html.ts'
import { heading, renderPage, type PageView } from './layout.ts'

export interface CreateOrganizationView extends PageView {
  readonly form: FormTarget
  /** From `org_name`, or what was typed before. */
  readonly name?: string
  readonly problem?: keyof Copy['createOrganization']['problems']
  readonly nameProblem?: FieldProblem
  /** Gives `access_denied` back to the application. */
  readonly cancel?: Way
}

export function createOrganizationPage(view: CreateOrganizationView): string {
  const copy = copyFor(view.language)
  const words = copy.createOrganization
  const { problem, nameProblem } = view
  return renderPage(view, {
    title: words.title,
    isFaulty: problem !== undefined || nameProblem !== undefined,
    main: html`${heading(words.title, words.lead)}
    ${entryForm(
      {
        id: 'create-organization',
        target: view.form,
        problem: problem && words.problems[problem],
        submit: words.submit,
        fields: [
          {
            name: 'org_name',
            label: words.name,
            type: 'text',
            autocomplete: 'organization',
            hint: words.nameHint,
            value: view.name ?? '',
            problem: nameProblem,
          },
        ],
      },
      copy,
    )}
    ${cancelButton(view.cancel, copy.common.cancel)}`,
  })
}
