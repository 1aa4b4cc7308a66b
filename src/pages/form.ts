// Forms, and buttons that are forms. A form that changes something posts, carries the token against forged requests
// (BR-04) and works without script; a way that only leads somewhere may be a link.
import { html, type Html } from './html.ts'

/** Where a form goes, and what goes with it unseen. */
export interface FormTarget {
  readonly action: string
  /** Posted as `csrf`. */
  readonly csrfToken: string
  readonly hiddenFields?: Readonly<Record<string, string>>
}

/** One step that a page offers. A link must change nothing. */
export type Way =
  | { readonly kind: 'link'; readonly href: string }
  | { readonly kind: 'form'; readonly form: FormTarget }

interface WayLook {
  readonly label: string | Html
  /** Stable: scripts that drive the pages find the button by it. */
  readonly id: string
  readonly look: 'primary' | 'secondary' | 'quiet'
}

/** `id` is the form's. The browser's own bubbles stay off, so that every problem is shown in one way and in one language. */
export function form(id: string, target: FormTarget, content: Html): Html {
  return html`<form class="form" id="${id}" method="post" action="${target.action}" novalidate>
    <input type="hidden" name="csrf" value="${target.csrfToken}" />
    ${Object.entries(target.hiddenFields ?? {}).map(
      ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
    )}
    ${content}
  </form>`
}

/** The label is one element: a button lays out its children in a row, and would drop the space before a name. */
export function submitButton({ label, id, look }: WayLook): Html {
  return html`<button class="button button-${look}" id="${id}" type="submit"><span>${label}</span></button>`
}

/** The person does not go on; undefined where no application waits for an answer. */
export function cancelButton(cancel: Way | undefined, label: string): Html | undefined {
  return cancel && html`<div class="ways">${wayButton(cancel, { id: 'cancel', look: 'quiet', label })}</div>`
}

export function wayButton(way: Way, wayLook: WayLook): Html {
  const { label, id, look } = wayLook
  return way.kind === 'link'
    ? html`<a class="button button-${look}" id="${id}" href="${way.href}"><span>${label}</span></a>`
    : form(`${id}-form`, way.form, submitButton(wayLook))
}
