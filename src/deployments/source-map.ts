// The source map of an uploaded workflow. The sender wrote it, so it may be anything; a map that cannot be read would fail where an error is
// explained or a project is exported. Without one, positions are those of the bundle.
import { z } from 'zod'

const names = z.array(z.string().nullable())

/** https://tc39.es/ecma426/#sec-source-map-format, as far as positions and sources are read. */
const mapSchema = z.object({
  version: z.literal(3),
  sources: names,
  sourcesContent: names.nullish().transform((contents) => contents ?? []),
  names: z.array(z.string()).default([]),
  mappings: z.string(),
  sourceRoot: z.string().nullish(),
})
export type SourceMap = z.output<typeof mapSchema>

const emptyMap: SourceMap = { version: 3, sources: [], sourcesContent: [], names: [], mappings: '' }

/** Empty when it cannot be read. */
export function readSourceMap(text: string): SourceMap {
  try {
    return mapSchema.parse(JSON.parse(text))
  } catch {
    return emptyMap
  }
}
