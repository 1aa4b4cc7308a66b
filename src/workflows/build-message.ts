// esbuild's messages in our terms: where they point to, and the source line that they are about.
import type { BuildFailure, Message } from 'esbuild'
import type { SourceLocation } from '../errors/index.ts'
import { printable } from './printable.ts'

const longestLine = 160

/** The errors of a build or a transform; empty when it succeeded. Rethrows what is not a complaint about the source. */
export async function buildMessages(build: Promise<unknown>): Promise<readonly Message[]> {
  try {
    await build
    return []
  } catch (error) {
    if (isBuildFailure(error)) return error.errors
    throw error
  }
}

export function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors)
}

/** esbuild counts columns from 0 and in bytes; we count from 1 and in UTF-16 units, as editors do. */
export function messageLocation(message: Pick<Message, 'location'>): SourceLocation | undefined {
  const { location } = message
  if (location === null) return undefined
  const before = Buffer.from(location.lineText, 'utf8').subarray(0, location.column).toString('utf8')
  return { file: displayedFile(location.file), line: location.line, column: before.length + 1 }
}

/** The line that a message is about, as ` 12 | const a = `; empty without one. */
export function sourceExcerpt(message: Pick<Message, 'location'>): string {
  const { location } = message
  if (location === null || location.lineText.trim() === '') return ''
  const text = printable(location.lineText, longestLine).trimEnd()
  return `\n  ${String(location.line)} | ${text}`
}

/** Namespace of what we bring along (shipped-package.ts); its name is removed from the paths that an author sees. */
export const shippedNamespace = 'mintage'

/** A path of esbuild's as we show it. */
export function displayedFile(file: string): string {
  const prefix = `${shippedNamespace}:`
  return file.startsWith(prefix) ? file.slice(prefix.length) : file
}
