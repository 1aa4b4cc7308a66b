// The author's line at a place, for showing it with an error. A file that cannot be read is not an error: the place is
// still named.
import { readFile, stat } from 'node:fs/promises'
import { dirname, isAbsolute, resolve } from 'node:path'
import type { SourceLocation } from '../errors/index.ts'

const maxBytes = 16 * 1024 * 1024

function lineOf(text: string, line: number): string | undefined {
  return text.split(/\r?\n/)[line - 1]
}

/** Places are relative to their project's folder, so `near` and the folders above it are tried. */
export async function readSourceLine(
  at: SourceLocation | undefined,
  near: string,
): Promise<string | undefined> {
  if (at?.line === undefined) return undefined
  for (const folder of isAbsolute(at.file) ? ['/'] : [process.cwd(), ...foldersAbove(near)]) {
    const text = await textOf(resolve(folder, at.file))
    if (text !== undefined) return lineOf(text, at.line)
  }
  return undefined
}

function foldersAbove(start: string): string[] {
  const folders = [resolve(start)]
  for (let folder = resolve(start); dirname(folder) !== folder; folder = dirname(folder))
    folders.push(dirname(folder))
  return folders
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path)
    return found.isFile() && found.size <= maxBytes ? await readFile(path, 'utf8') : undefined
  } catch {
    return undefined
  }
}
