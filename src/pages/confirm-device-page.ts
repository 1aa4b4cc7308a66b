// Device flow, second step: the person compares the code and sees who asks for what. An attacker may have sent them a link
// with a code of a device that is not theirs (RFC 8628 §5.4), so the page asks instead of assuming.
import { copyFor, type Copy } from './copy.ts'
import { wayButton, type FormTarget, type Way } from './form.ts'
import { html, withStrong } from './html.ts'
import { applicationName, heading, renderPage, type PageView } from './layout.ts'

export interface ConfirmDeviceView extends PageView {
  readonly form: FormTarget
  readonly refuse: Way
  readonly userCode: string
  readonly scopes: readonly string[]
}

export function confirmDevicePage(view: ConfirmDeviceView): string {
  const copy = copyFor(view.language)
  const words = copy.confirmDevice
  const application = applicationName(view)
  return renderPage(view, {
    title: words.title,
    main: html`${heading(words.title, withStrong(words.lead, application))}
      <div class="device-code">
        <p class="device-code-label">${words.code}</p>
        <p class="device-code-value">${view.userCode}</p>
        <p class="device-code-note">${words.compare}</p>
      </div>
      ${
        view.scopes.length > 0 &&
        html`<h2 class="small-title">${words.scopes}</h2>
          <ul class="ticks">
            ${scopeWords(view.scopes, copy).map((text) => html`<li>${text}</li>`)}
          </ul>`
      }
      <div class="ways">
        ${wayButton({ kind: 'form', form: view.form }, { id: 'confirm', look: 'primary', label: words.submit })}
        ${wayButton(view.refuse, { id: 'refuse', look: 'secondary', label: words.refuse })}
      </div>`,
  })
}

function scopeWords(scopes: readonly string[], copy: Copy): string[] {
  const known = new Map(Object.entries(copy.scopes))
  return [...new Set(scopes.map((scope) => known.get(scope) ?? scope))]
}
