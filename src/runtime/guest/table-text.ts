// What console.table prints: the rows of an array or object of objects as aligned columns, bounded in rows and columns.
import { inspect } from './inspect.ts'
import { newList, objectKeys, reflectGet, stringIndexOf, stringPadEnd, stringSlice } from './primordials.ts'

const maxRows = 100
const maxColumns = 20
const maxCellLength = 64

interface Row {
  readonly name: string
  readonly value: unknown
}

export function tableText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return inspect(value)
  const rows = newList<Row>()
  const columns = newList<string>()
  const names = objectKeys(value)
  for (let index = 0; index < names.length && index < maxRows; index++) {
    const name = names[index] ?? ''
    const row = { name, value: reflectGet(value, name) }
    rows[rows.length] = row
    noteColumns(columns, row.value)
  }
  let lines = columnLines('(index)', rows, (row) => row.name)
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index] ?? ''
    lines = sideBySide(
      lines,
      columnLines(column === '' ? 'Values' : column, rows, (row) => cellText(row.value, column)),
    )
  }
  const more = names.length > maxRows ? '\n… ' + (names.length - maxRows) + ' more rows' : ''
  return joinLines(lines) + more
}

/** The column named '' holds rows that are not objects. */
function noteColumns(columns: string[], row: unknown): void {
  const fields = typeof row === 'object' && row !== null ? objectKeys(row) : undefined
  for (let index = 0; index < (fields?.length ?? 1) && columns.length < maxColumns; index++) {
    const field = fields === undefined ? '' : (fields[index] ?? '')
    let known = false
    for (let at = 0; at < columns.length; at++) known ||= columns[at] === field
    if (!known) columns[columns.length] = field
  }
}

function cellText(row: unknown, column: string): string {
  const isRecord = typeof row === 'object' && row !== null
  if (!isRecord) return column === '' ? oneLine(row) : ''
  if (column === '') return ''
  const cell: unknown = reflectGet(row, column)
  return cell === undefined ? '' : oneLine(cell)
}

function oneLine(value: unknown): string {
  const text = stringSlice(inspect(value, 0), 0, maxCellLength)
  const end = stringIndexOf(text, '\n')
  return end === -1 ? text : stringSlice(text, 0, end) + '…'
}

function columnLines(title: string, rows: readonly Row[], cell: (row: Row) => string): string[] {
  const lines = newList<string>()
  lines[0] = title
  let width = title.length
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]
    const text = row === undefined ? '' : cell(row)
    lines[lines.length] = text
    if (text.length > width) width = text.length
  }
  for (let index = 0; index < lines.length; index++) lines[index] = stringPadEnd(lines[index], width)
  return lines
}

function sideBySide(left: readonly string[], right: readonly string[]): string[] {
  const lines = newList<string>()
  for (let index = 0; index < left.length; index++)
    lines[index] = (left[index] ?? '') + ' | ' + (right[index] ?? '')
  return lines
}

function joinLines(lines: readonly string[]): string {
  let text = ''
  for (let index = 0; index < lines.length; index++) text += (index === 0 ? '' : '\n') + (lines[index] ?? '')
  return text
}
