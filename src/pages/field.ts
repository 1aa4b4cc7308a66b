// One field of a form: label, hint, problem, input, tied together so that a screen reader reads them as one.
import type { Copy, FieldProblem } from './copy.ts'
import { html, type Html } from './html.ts'

export interface Field {
  /** Also the input's id: stable, because password managers and scripts that drive the pages rely on it. */
  readonly name: string
  readonly label: string
  readonly type: 'text' | 'email' | 'password'
  /** A token of the HTML standard's autofill; it lets browsers and password managers help (WCAG 2.2, 1.3.5 and 3.3.8). */
  readonly autocomplete: string
  readonly value?: string
  readonly hint?: string
  readonly problem?: FieldProblem | undefined
  readonly isOptional?: boolean
  /** Set in wide letters, for codes that are compared character by character. */
  readonly isCode?: boolean
}

export function fieldHtml(field: Field, copy: Copy, hasFocus: boolean): Html {
  const { name, label, type, autocomplete, value, hint, problem, isOptional = false, isCode = false } = field
  const describedBy = [hint !== undefined && `${name}-hint`, problem !== undefined && `${name}-problem`]
    .filter((id) => id !== false)
    .join(' ')
  const verbatim = type !== 'text' || isCode || name === 'identifier'
  return html`<div class="field${problem !== undefined && ' field-faulty'}">
    <label class="field-label" for="${name}"
      >${label}${isOptional && html` <span class="field-optional">(${copy.common.optional})</span>`}</label
    >
    <input
      class="field-input${isCode && ' field-code'}"
      id="${name}"
      name="${name}"
      type="${type}"
      autocomplete="${autocomplete}"
      ${
        type !== 'password' && value !== undefined && html` value="${value}"`
      }${verbatim && html` autocapitalize="none" spellcheck="false"`}${!isOptional && html` required`}${
        describedBy !== '' && html` aria-describedby="${describedBy}"`
      }${problem !== undefined && html` aria-invalid="true"`}${hasFocus && html` autofocus`}
    />
    ${problem !== undefined && html`<p class="field-problem" id="${name}-problem">${copy.fieldProblems[problem]}</p>`}
    ${hint !== undefined && html`<p class="field-hint" id="${name}-hint">${hint}</p>`}
  </div>`
}
