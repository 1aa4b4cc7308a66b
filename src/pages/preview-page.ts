// A sign-in that asks for a deployment which is not live: the password of its preview first (C§6.11), or that there is no such preview.
import { copyFor, type Copy, type FieldProblem } from './copy.ts'
import { entryForm } from './entry-form.ts'
import { cancelButton, wayButton, type FormTarget, type Way } from './form.ts'
import { html, withName } from './html.ts'
import { applicationName, heading, renderPage, type PageView } from './layout.ts'

export interface PreviewView extends PageView {
  /** The password is posted as `preview_password`. */
  readonly form: FormTarget
  readonly cancel?: Way
  readonly deploymentId: string
  readonly problem?: keyof Copy['preview']['problems']
  readonly passwordProblem?: FieldProblem
}

export function previewPage(view: PreviewView): string {
  const copy = copyFor(view.language)
  const words = copy.preview
  const { problem, passwordProblem } = view
  return renderPage(view, {
    title: words.title,
    hasScript: true,
    isFaulty: problem !== undefined || passwordProblem !== undefined,
    main: html`${heading(words.title, withName(words.lead, applicationName(view)))}
      ${entryForm(
        {
          id: 'preview',
          target: view.form,
          problem: problem && words.problems[problem],
          submit: words.submit,
          startsFocused: true,
          fields: [
            {
              name: 'preview_password',
              label: words.password,
              type: 'password',
              // It is not the person's own: a password manager must not fill in or keep it as theirs.
              autocomplete: 'off',
              hint: words.hint,
              problem: passwordProblem,
            },
          ],
        },
        copy,
      )}
      ${cancelButton(view.cancel, copy.common.cancel)}
      <p class="reference">${words.deployment}: <code>${view.deploymentId}</code></p>`,
  })
}

export interface PreviewGoneView extends PageView {
  /** Takes the error back to the application. */
  readonly back: Way
}

export function previewGonePage(view: PreviewGoneView): string {
  const copy = copyFor(view.language)
  const words = copy.preview
  return renderPage(view, {
    title: words.goneTitle,
    main: html`${heading(words.goneTitle, words.gone)}
      <div class="ways">
        ${wayButton(view.back, { id: 'back', look: 'primary', label: withName(copy.common.backTo, applicationName(view)) })}
      </div>`,
  })
}
