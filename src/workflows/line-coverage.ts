// Which lines of the author's files the runs of a test executed, as data that processes leave behind, and as people and tools read it.
import { join, relative } from 'node:path'
import { z } from 'zod'
import type { Bundle } from './bundle.ts'

/** By absolute path, then by line: how many runs executed it. */
export type LineCoverage = Readonly<Record<string, Readonly<Record<string, number>>>>

const schema = z.record(z.string(), z.record(z.string(), z.number()))

export function parseCoverage(json: string): LineCoverage {
  return schema.parse(JSON.parse(json))
}

/** Of one run of a marked bundle: `executed` holds the numbers of the lines that it reported. */
export function coverageOf(
  { folder, lines = [] }: Pick<Bundle, 'folder' | 'lines'>,
  executed: ReadonlySet<number | undefined>,
): LineCoverage {
  const coverage: Record<string, Record<string, number>> = {}
  for (const [number, { file, line }] of lines.entries()) {
    const runs = (coverage[join(folder, file)] ??= {})
    runs[line] = executed.has(number) ? 1 : (runs[line] ?? 0)
  }
  return coverage
}

export function mergedCoverage(parts: readonly LineCoverage[]): LineCoverage {
  const merged: Record<string, Record<string, number>> = {}
  for (const [file, lines] of parts.flatMap((part) => Object.entries(part))) {
    const sums = (merged[file] ??= {})
    for (const [line, runs] of Object.entries(lines)) sums[line] = (sums[line] ?? 0) + runs
  }
  return merged
}

/** As lcov writes it (geninfo(1)); paths are relative to `folder`. */
export function lcovOf(coverage: LineCoverage, folder: string): string {
  return filesOf(coverage, folder)
    .map(({ name, lines, executed }) =>
      [
        `SF:${name}`,
        ...lines.map(([line, runs]) => `DA:${String(line)},${String(runs)}`),
        `LF:${String(lines.length)}`,
        `LH:${String(executed)}`,
        'end_of_record\n',
      ].join('\n'),
    )
    .join('')
}

/** A table with a row for each file; paths are relative to `folder`. */
export function coverageText(coverage: LineCoverage, folder: string): string {
  const files = filesOf(coverage, folder)
  const [found, executed] = [
    files.reduce((sum, { lines }) => sum + lines.length, 0),
    files.reduce((sum, file) => sum + file.executed, 0),
  ]
  const all = { name: 'all files', lines: { length: found }, executed, missed: '' }
  const width = Math.max(...[...files, all].map(({ name }) => name.length))
  return [...files, all]
    .map((file) => {
      const { length } = file.lines
      const share = length === 0 ? 100 : (file.executed / length) * 100
      const row = `${file.name.padEnd(width)}  ${share.toFixed(2).padStart(6)} %  ${String(file.executed)} of ${String(length)} lines`
      return file.missed === '' ? row : `${row}, not run: ${file.missed}`
    })
    .join('\n')
}

function filesOf(coverage: LineCoverage, folder: string) {
  return Object.entries(coverage)
    .map(([path, runs]) => {
      const lines = Object.entries(runs).map(([line, count]) => [Number(line), count] as const)
      const ordered = lines.toSorted(([one], [other]) => one - other)
      return {
        name: relative(folder, path),
        lines: ordered,
        executed: ordered.filter(([, count]) => count > 0).length,
        missed: missedRanges(ordered),
      }
    })
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

/** `3, 7-9`: neighbours among the lines that can be executed are one range. */
function missedRanges(lines: readonly (readonly [line: number, runs: number])[]): string {
  const ranges: [first: number, last: number][] = []
  let isInRange = false
  for (const [line, runs] of lines) {
    const range = ranges.at(-1)
    if (runs === 0 && isInRange && range !== undefined) range[1] = line
    else if (runs === 0) ranges.push([line, line])
    isInRange = runs === 0
  }
  return ranges
    .map(([first, last]) => (first === last ? String(first) : `${String(first)}-${String(last)}`))
    .join(', ')
}
