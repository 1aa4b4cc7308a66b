// The line of an export or of a setting in a workflow file, for error texts. A look at the text, not a parser: it finds
// the usual way to write it and answers nothing otherwise.

/** The line, from 1, that begins `export const <name>` or `export default`. */
export function exportLine(source: string, name: string): number | undefined {
  const pattern =
    name === 'default'
      ? /^\s*export\s+default\b/
      : new RegExp(String.raw`^\s*export\s+(?:const|let|var)\s+${name}\b`)
  return lineOf(source.split('\n'), 0, pattern)
}

/** The line of a field of `workflowSettings`, or of the settings themselves when the field is not found. */
export function settingLine(source: string, field: string): number | undefined {
  const start = exportLine(source, 'workflowSettings')
  if (start === undefined) return undefined
  return lineOf(source.split('\n'), start - 1, new RegExp(String.raw`\b${field}["']?\s*:`)) ?? start
}

function lineOf(lines: readonly string[], from: number, pattern: RegExp): number | undefined {
  const index = lines.findIndex((line, position) => position >= from && pattern.test(line))
  return index === -1 ? undefined : index + 1
}
