// Stacks that name our files, also while the program runs as one script. The map beside the script is read when a stack is first looked
// at: most processes never have one, and reading it is a twelfth of a start. Frames of packages stay as they are.
import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const position = /(file:\/\/[^\s()]+):(\d+):(\d+)/g

/** `folder` is where the scripts and their maps are. For the whole process. */
export function showSourcePositions(folder: string): void {
  const scripts = pathToFileURL(`${folder}/`).href
  const maps = new Map<string, SourceMap | undefined>()
  const mapOf = (script: string) => {
    if (!maps.has(script)) maps.set(script, readMap(script))
    return maps.get(script)
  }
  const mapped = (found: string, script: string, line: string, column: string): string => {
    if (!script.startsWith(scripts)) return found
    const entry = mapOf(script)?.findEntry(Number(line) - 1, Number(column) - 1)
    if (entry === undefined || !('originalSource' in entry)) return found
    const source = new URL(entry.originalSource, script).href
    if (source.includes('/node_modules/')) return found
    return `${source}:${String(entry.originalLine + 1)}:${String(entry.originalColumn + 1)}`
  }
  Error.prepareStackTrace = (error, frames) => {
    const places = ['', ...frames.map(String)].join('\n    at ').replaceAll(position, mapped)
    return `${Error.prototype.toString.call(error)}${places}`
  }
}

function readMap(script: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${fileURLToPath(script)}.map`, 'utf8')))
  } catch {
    return undefined
  }
}
