// The wall around a project folder: what is read to build a workflow lies inside it, after symlinks are followed
// (SBX-47, SBX-50), so that a repository cannot pull a file of the machine into a bundle or into an error text.
import { realpath } from 'node:fs/promises'
import { isAbsolute, relative, sep } from 'node:path'

/** Whether `path` is `folder` or below it, judged only by name; both are absolute. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/** The real path when it lies inside `folder` (itself a real path); `outside` or `missing` otherwise. */
export async function realPathInside(
  folder: string,
  path: string,
): Promise<{ readonly path: string } | 'outside' | 'missing'> {
  let real: string
  try {
    real = await realpath(path)
  } catch {
    return 'missing'
  }
  return isInside(folder, real) ? { path: real } : 'outside'
}

/** A path as messages, bundles and source maps spell it: relative to the project, with forward slashes. */
export function projectPath(folder: string, path: string): string {
  return relative(folder, path).replaceAll(sep, '/')
}

/** The package that a file, in this spelling, belongs to; undefined for the author's own. */
export function packageOf(file: string): string | undefined {
  return /^(@kinde\/[^/]+)/.exec(file)?.[1] ?? /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]
}
