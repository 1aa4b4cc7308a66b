// JSON for reading: short values on one line, longer ones indented, each kind of token in its own colour.
import { isJsonObject, type JsonValue } from '../../oauth/index.ts'
import { html, type Html } from '../html.ts'

/** A value that fits is not broken into lines. */
const lineLength = 56
const indentation = '  '

/** To be set in an element that keeps white space. */
export function jsonHtml(value: JsonValue, indent = ''): Html {
  if (!isContainer(value)) return scalar(value)
  const isShort = indent.length + JSON.stringify(value).length <= lineLength
  const entries = Array.isArray(value)
    ? value.map((item) => ({ name: undefined, item }))
    : Object.entries(value).map(([name, item]) => ({ name, item }))
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  if (entries.length === 0) return html`${open}${close}`
  const inner = isShort ? '' : indent + indentation
  const [start, between, end] = isShort
    ? [Array.isArray(value) ? '' : ' ', ', ', Array.isArray(value) ? '' : ' ']
    : [`\n${inner}`, `,\n${inner}`, `\n${indent}`]
  return html`${open}${start}${entries.map(
    ({ name, item }, index) =>
      html`${index > 0 && between}${name !== undefined && html`<span class="json-name">${JSON.stringify(name)}</span>: `}${jsonHtml(item, inner)}`,
  )}${end}${close}`
}

function scalar(value: string | number | boolean | null): Html {
  const kind = typeof value === 'string' ? 'string' : typeof value === 'number' ? 'number' : 'literal'
  return html`<span class="json-${kind}">${JSON.stringify(value)}</span>`
}

function isContainer(value: JsonValue): value is JsonValue[] | { [name: string]: JsonValue } {
  return Array.isArray(value) || isJsonObject(value)
}
