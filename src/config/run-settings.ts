// What of mintage.yaml shapes a run, read where the rest of the file cannot be: a machine that deploys has none of the server's secrets, so
// `${env:NAME}` stands for nothing there. The server reads the whole file; what is wrong elsewhere in it is found there.
import { settings } from './schema/settings.ts'
import type { MintageSettings } from './schema/mintage-file.ts'
import { isJsonObject } from '../oauth/index.ts'
import { readMintageText, refuseMintageFile } from './mintage-file.ts'
import { schemaProblems } from './schema-problems.ts'
import { YamlSource } from './yaml-source.ts'

export type FileRunSettings = Pick<
  MintageSettings,
  'limits' | 'strictClaims' | 'strictBindings' | 'claims'
> & {
  readonly secureFetch: Pick<MintageSettings['secureFetch'], 'encoding'>
}

const names = ['limits', 'strictClaims', 'strictBindings', 'claims'] as const

/** Throws MintageFileError, and ConfigError `file_unreadable`. */
export async function readRunSettings(file: string): Promise<FileRunSettings> {
  const source = new YamlSource(await readMintageText(file))
  const given = member(source.problems.length > 0 ? undefined : source.value(), 'settings')
  const encoding = member(member(given, 'secureFetch'), 'encoding')
  const picked = {
    ...Object.fromEntries(
      names.flatMap((name) => (member(given, name) === undefined ? [] : [[name, member(given, name)]])),
    ),
    ...(encoding !== undefined && { secureFetch: { encoding } }),
  }
  const parsed = settings.safeParse(picked)
  if (parsed.success) return parsed.data
  const found = schemaProblems(parsed.error, picked)
  return refuseMintageFile(
    file,
    found.map((problem) => ({ ...problem, path: ['settings', ...problem.path] })),
  )
}

/** Without a file, or without its settings. */
export function defaultFileRunSettings(): FileRunSettings {
  return settings.parse({})
}

function member(value: unknown, name: string): unknown {
  return isJsonObject(value) ? value[name] : undefined
}
