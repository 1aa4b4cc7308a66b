// One field of a form: label, hint, problem, input, tied together so that a screen reader reads them as one.
import type { Copy, FieldProblem } from './copy.ts'
import { html, type Html } from './html.ts'

export interface Field {
  /** Also the input's id: stable, because password managers and scripts that drive the pages rely on it. */
  readonly name: string
  readonly label: string
  readonly type: 'text' | 'email' | 'password' | 'tel'
  /** A token of the HTML standard's autofill; it lets browsers and password managers help (WCAG 2.2, 1.3.5 and 3.3.8). */
  readonly autocomplete: string
  readonly value?: string
  readonly hint?: string
  readonly problem?: FieldProblem | undefined
  /** The id of a text elsewhere that says what is wrong with it, among others. */
  readonly describedBy?: string
  readonly isOptional?: boolean
  /** Shown and sent, and not to be changed. */
  readonly isFixed?: boolean
  /** Set in wide letters, for codes that are compared character by character. */
  readonly isCode?: boolean
}

export function fieldHtml(field: Field, copy: Copy, hasFocus: boolean): Html {
  const { name, label, type, autocomplete, value, hint, problem, describedBy } = field
  const { isOptional = false, isCode = false, isFixed = false } = field
  const isInvalid = problem !== undefined || describedBy !== undefined
  const descriptions = [
    describedBy,
    problem !== undefined && `${name}-problem`,
    hint !== undefined && `${name}-hint`,
  ].filter((id) => typeof id === 'string')
  return html`<div class="field${isInvalid && ' field-faulty'}">
    <label class="field-label" for="${name}"
      >${label}${isOptional && html` <span class="field-optional">(${copy.common.optional})</span>`}</label
    >
    <input
      class="field-input${isCode && ' field-code'}"
      id="${name}"
      name="${name}"
      type="${type}"
      autocomplete="${autocomplete}"
      ${type !== 'password' && value !== undefined && html` value="${value}"`}${typing(field)}${
        !isOptional && html` required`
      }${isFixed && html` readonly`}${descriptions.length > 0 && html` aria-describedby="${descriptions.join(' ')}"`}${
        isInvalid && html` aria-invalid="true"`
      }${hasFocus && html` autofocus`}
    />
    ${type === 'password' && revealButton(name, copy)}
    ${problem !== undefined && html`<p class="field-problem" id="${name}-problem">${copy.fieldProblems[problem]}</p>`}
    ${hint !== undefined && html`<p class="field-hint" id="${name}-hint">${hint}</p>`}
  </div>`
}

/** How a browser helps with typing: names in any script, everything else letter by letter. */
function typing({ name, type, isCode = false }: Field): Html {
  const isName = type === 'text' && !isCode && name !== 'identifier'
  if (isName) return html` dir="auto"`
  const isAddress = type === 'email' || (name === 'identifier' && type === 'text')
  const keyboard = isAddress ? html` inputmode="email"` : undefined
  return html`${keyboard} autocapitalize="none" autocorrect="off" spellcheck="false"`
}

/** Hidden until the script of the page can serve it. */
function revealButton(name: string, { common }: Copy): Html {
  const { showPassword, hidePassword } = common
  return html`<button
    class="field-reveal"
    type="button"
    aria-controls="${name}"
    data-show="${showPassword}"
    data-hide="${hidePassword}"
    hidden
  >
    <span aria-live="polite">${showPassword}</span>
  </button>`
}
