// The files that the command line names, read and written with errors that name them.
import { readFile, stat, writeFile } from 'node:fs/promises'
import { ConfigError, type ErrorCode } from '../errors/index.ts'
import { fileReason } from '../files/index.ts'
import { findJsonSyntaxError } from './json-syntax.ts'

/** Larger files are a mistake: an event has kilobytes, a recording a few megabytes. */
const maxBytes = 64 * 1024 * 1024

/** Throws ConfigError `file_unreadable`. */
export async function readTextFile(path: string): Promise<string> {
  try {
    const found = await stat(path)
    if (found.size > maxBytes) throw new ConfigError('file_unreadable', `${path} is larger than 64 MiB.`)
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '')
  } catch (error) {
    throw error instanceof ConfigError ? error : unreadable(`${path} cannot be read`, error)
  }
}

/** Throws ConfigError `file_unreadable`, or `code` with the place when the text is not JSON. */
export async function readJsonFile(path: string, code: ErrorCode): Promise<unknown> {
  const text = await readTextFile(path)
  try {
    const parsed: unknown = JSON.parse(text)
    return parsed
  } catch (cause) {
    const found = findJsonSyntaxError(text)
    throw new ConfigError(code, `${path} is not JSON: ${found?.message ?? 'it does not parse'}.`, {
      at: { file: path, ...(found && { line: found.line, column: found.column }) },
      hint: 'Correct the file at this place.',
      cause,
    })
  }
}

/** Throws ConfigError `file_unreadable`. */
export async function writeTextFile(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text)
  } catch (error) {
    throw unreadable(`${path} cannot be written`, error)
  }
}

/** Only its owner may read the file: it holds claims and answers. Throws ConfigError `file_unreadable`. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { mode: 0o600 })
  } catch (error) {
    throw unreadable(`${path} cannot be written`, error)
  }
}

export function unreadable(what: string, cause: unknown): ConfigError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
  return new ConfigError('file_unreadable', `${what}: ${fileReason(cause) ?? code}.`, {
    hint: 'Check the path and its permissions.',
    cause,
  })
}
