// The files that a deployment was bundled from, as far as its source maps hold them: what the authors wrote, without dependencies, tests and types.
import { parsedContent } from './deployment-content.ts'
import { isProjectFile } from './parse-upload.ts'
import { readSourceMap } from './source-map.ts'

export interface SourceFile {
  /** From the folder of the project, with `/`. */
  readonly file: string
  readonly text: string
}

/** By file. A workflow whose map is missing or cannot be read is its bundle. Throws WorkflowError `deployment_invalid`. */
export function contentSources(id: string, text: string): readonly SourceFile[] {
  const files = new Map<string, string>()
  for (const { file, code, sourceMap } of parsedContent(id, text).workflows) {
    files.set(file, code)
    const { sources, sourcesContent } = readSourceMap(sourceMap)
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
  return (
    isProjectFile(file) &&
    !file.includes(':') &&
    !file.split('/').some((part) => part === 'node_modules' || part.startsWith('.'))
  )
}
