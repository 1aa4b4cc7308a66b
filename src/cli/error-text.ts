// The one shape in which errors are shown: what, where with the line itself, and what to do.
import { formatLocation, type SourceLocation } from '../errors/index.ts'
import { printable, type Paint } from './output.ts'

export interface ShownError {
  readonly code: string
  readonly message: string
  readonly at?: SourceLocation | undefined
  readonly hint?: string | undefined
}

/** A place as it comes over the wire. */
export function sentLocation(
  at: { readonly [Key in keyof SourceLocation]: SourceLocation[Key] | undefined } | undefined,
): SourceLocation | undefined {
  if (at?.file === undefined) return undefined
  const { file, line, column } = at
  return { file, ...(line !== undefined && { line }), ...(column !== undefined && { column }) }
}

export function errorText(error: ShownError, sourceLine: string | undefined, style: Paint): string {
  return complaintText(style('red', `error[${error.code}]`), error, sourceLine, style)
}

/** What stops nothing here and now, and has to be read all the same. */
export function warningText(error: ShownError, style: Paint): string {
  return complaintText(style('yellow', `warning[${error.code}]`), error, undefined, style)
}

function complaintText(
  label: string,
  error: ShownError,
  sourceLine: string | undefined,
  style: Paint,
): string {
  const lines = [`${label}: ${printable(messageText(error.message, sourceLine))}`]
  if (error.at) lines.push(`  ${style('cyan', '-->')} ${printable(formatLocation(error.at))}`)
  if (error.at?.line !== undefined && sourceLine !== undefined) {
    lines.push(...excerpt(sourceLine, error.at.line, error.at.column, style))
  }
  if (error.hint) lines.push(`  ${style('cyan', 'help')}: ${printable(error.hint)}`)
  return lines.join('\n')
}

/** The bundler's messages bring the line along, for readers who do not get ours. */
function messageText(message: string, sourceLine: string | undefined): string {
  return sourceLine === undefined ? message : message.replace(/\n +\d+ \| .*/, '')
}

/** Lines of a minified file can be megabytes; the part around the column is shown. */
const widest = 100

function excerpt(line: string, number: number, column: number | undefined, style: Paint): string[] {
  const start = line.length <= widest ? 0 : Math.max(0, (column ?? 1) - 1 - widest / 2)
  const margin = ' '.repeat(String(number).length)
  const shown = printable(line.slice(start, start + widest)).trimEnd()
  const rows = [`   ${style('dim', `${number} |`)} ${shown}`]
  if (column !== undefined) {
    const before = printable(line.slice(start, column - 1))
    rows.push(`   ${style('dim', `${margin} |`)} ${' '.repeat(before.length)}${style('red', '^')}`)
  }
  return rows
}
