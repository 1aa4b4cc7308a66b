// A form that a person fills in: what is wrong with it first, then its fields, then one button. Focus goes to the first
// faulty field, so that correcting it takes no hand to the mouse.
import type { Copy } from './copy.ts'
import { fieldHtml, type Field } from './field.ts'
import { form, submitButton, type FormTarget } from './form.ts'
import { html, type Html } from './html.ts'

interface EntryForm {
  /** Also the start of the button's id: `ID-submit`. */
  readonly id: string
  readonly target: FormTarget
  readonly fields: readonly Field[]
  /** What is wrong with the form as a whole. */
  readonly problem: string | undefined
  /** Fields that the problem of the whole form is about; a screen reader reads it with each of them. */
  readonly blamed?: readonly string[]
  /** Whose password a form without a field for it sets: a password manager keeps the two together. */
  readonly account?: string
  readonly submit: string
  /** The first empty field gets the focus, where nothing on the page has to be read first. */
  readonly startsFocused?: boolean
}

export function entryForm(entry: EntryForm, copy: Copy): Html {
  const { id, target, problem, account, blamed = [], submit, startsFocused = false } = entry
  const fields = entry.fields.map((field) =>
    blamed.includes(field.name) ? { ...field, describedBy: problemId(id) } : field,
  )
  const startsAt = startsFocused || problem !== undefined ? fields.find(isEmpty) : undefined
  const focused = fields.find(isFaulty) ?? startsAt
  return html`${problemSummary(fields.filter(isFaulty), problem === undefined ? undefined : html`<p id="${problemId(id)}">${problem}</p>`, copy)}
  ${form(
    id,
    target,
    html`${account !== undefined && accountField(account)}
    ${fields.map((field) => fieldHtml(field, copy, field === focused))}
    ${submitButton({ label: submit, id: `${id}-submit`, look: 'primary' })}`,
  )}`
}

/** Leads to each faulty field; what is wrong with it stands beside it, where it is corrected. */
function problemSummary(faulty: readonly Field[], problem: Html | undefined, copy: Copy): Html | undefined {
  if (problem === undefined && faulty.length === 0) return undefined
  return html`<div class="notice notice-problem" role="alert">
    <p class="notice-title">
      ${problem === undefined ? copy.common.fieldsToCheck : copy.common.summaryTitle}
    </p>
    ${problem}
    ${
      faulty.length > 0 &&
      html`<ul class="notice-list">
        ${faulty.map(({ name, label }) => html`<li><a href="#${name}">${label}</a></li>`)}
      </ul>`
    }
  </div>`
}

function problemId(formId: string): string {
  return `${formId}-problem`
}

/** Not shown: the page says whose password it is. */
function accountField(account: string): Html {
  return html`<input
    type="text"
    name="username"
    value="${account}"
    autocomplete="username"
    readonly
    hidden
  />`
}

function isFaulty({ problem }: Field): boolean {
  return problem !== undefined
}

function isEmpty({ value, type }: Field): boolean {
  return type === 'password' || value === undefined || value === ''
}
