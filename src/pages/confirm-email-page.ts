// The link of a sign-up's mail leads here. Only the button uses the link up: programs that look at mail open links, too.
import { copyFor } from './copy.ts'
import { wayButton, type FormTarget } from './form.ts'
import { html, withStrong } from './html.ts'
import { heading, renderPage, type PageView } from './layout.ts'

export interface ConfirmEmailView extends PageView {
  readonly form: FormTarget
  readonly email: string
}

export function confirmEmailPage(view: ConfirmEmailView): string {
  const { confirmEmail: words } = copyFor(view.language)
  return renderPage(view, {
    title: words.title,
    main: html`${heading(words.title, withStrong(words.text, view.email))}
    ${wayButton({ kind: 'form', form: view.form }, { id: 'confirm', look: 'primary', label: words.submit })}`,
  })
}
