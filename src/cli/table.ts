// Tables for people: aligned columns, and lines that fit the terminal. Scripts use --json.
import { printable, type Output } from './output.ts'

const gap = '  '
/** A cell may be as long as a sender wants; one line holds several. */
const widestCell = 48

export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => string | null | undefined
}

/** The header and a line for each row. What is not known is a dash. */
export function tableText<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  output: Pick<Output, 'style' | 'width'>,
): string {
  const cells = rows.map((row) => columns.map(({ cell }) => cellText(cell(row))))
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((line) => line[index]?.length ?? 0)),
  )
  const line = (texts: readonly string[]) => {
    const padded = texts.map((text, index) =>
      index === texts.length - 1 ? text : text.padEnd(widths[index] ?? 0),
    )
    return padded.join(gap).trimEnd()
  }
  const header = output.style('dim', line(columns.map(({ title }) => title)))
  return [header, ...cells.map(line)].join('\n')
}

/** A title and what it stands for, one line each. */
export function detailsText(
  details: readonly (readonly [title: string, value: string | null | undefined])[],
  { style }: Pick<Output, 'style'>,
): string {
  const width = Math.max(...details.map(([title]) => title.length))
  return details
    .map(([title, value]) => `${style('dim', title.padEnd(width))}${gap}${plain(value)}`)
    .join('\n')
}

/** To the second, in UTC. */
export function timeText(iso: string | null | undefined): string | null {
  return iso ? iso.slice(0, 19).replace('T', ' ') : null
}

function cellText(value: string | null | undefined): string {
  const text = plain(value)
  return text.length > widestCell ? `${text.slice(0, widestCell - 1).toWellFormed()}…` : text
}

function plain(value: string | null | undefined): string {
  return value ? printable(value).replaceAll('\n', ' ') : '-'
}
