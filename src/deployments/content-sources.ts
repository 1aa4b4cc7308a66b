// The files that a deployment was bundled from, as far as its source maps hold them: what the authors wrote, without dependencies, tests and types.
import { posix } from 'node:path'
import { z } from 'zod'
import { parsedContent } from './deployment-content.ts'

export interface SourceFile {
  /** From the folder of the project, with `/`. */
  readonly file: string
  readonly text: string
}

const mapSchema = z.looseObject({
  sources: z.array(z.string().nullable()),
  sourcesContent: z.array(z.string().nullable()),
})

/** By file. A workflow without a map is its bundle. Throws WorkflowError `deployment_invalid`. */
export function contentSources(id: string, text: string): readonly SourceFile[] {
  const files = new Map<string, string>()
  for (const { file, code, sourceMap } of parsedContent(id, text).workflows) {
    files.set(file, code)
    if (sourceMap === '') continue
    const { sources, sourcesContent } = mapSchema.parse(JSON.parse(sourceMap))
    for (const [index, source] of sources.entries()) {
      const content = sourcesContent[index] ?? null
      if (source !== null && content !== null && isOfProject(source)) files.set(source, content)
    }
  }
  return [...files]
    .filter(([file]) => isOfProject(file))
    .map(([file, content]) => ({ file, text: content }))
    .toSorted((a, b) => (a.file < b.file ? -1 : 1))
}

/** What is stored was uploaded: a path that leads out of the folder is not followed. */
function isOfProject(file: string): boolean {
  const path = posix.normalize(file)
  const isInside = path === file && !path.startsWith('/') && !path.startsWith('..') && !/[\\:\0]/.test(path)
  return isInside && !path.split('/').some((part) => part === 'node_modules' || part.startsWith('.'))
}
