// mintage.yaml, from text to a typed value. All mistakes are found in one pass and reported with their place; nothing is guessed.
import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { ConfigError, nearest } from '../errors/index.ts'
import { brandingProblems } from './branding-problems.ts'
import { environmentVariable } from './environment.ts'
import { MintageFileError, type FileErrorCode, type FileProblem } from './file-problem.ts'
import { referenceProblems } from './references.ts'
import { mintageFileSchema, type MintageFile } from './schema/mintage-file.ts'
import { schemaProblems, type ValueProblem } from './schema-problems.ts'
import { mayHoldSecret } from './secret-line.ts'
import { YamlSource, type Place } from './yaml-source.ts'

/** How `${env:NAME}` is looked up. */
export type VariableLookup = (name: string) => string | undefined

/** Throws MintageFileError, or ConfigError `file_unreadable`, `mintage_file_invalid`. */
export async function readMintageFile(
  file: string,
  lookUp: VariableLookup = environmentVariable,
): Promise<MintageFile> {
  return parseMintageYaml(await readMintageText(file), file, lookUp)
}

/** Throws MintageFileError with every problem of the text. */
export function parseMintageYaml(
  text: string,
  file: string,
  lookUp: VariableLookup = environmentVariable,
): MintageFile {
  const source = new YamlSource(text)
  const locate = (place: Place, path: readonly PropertyKey[] | undefined) =>
    locatedAt(place, path, source, file)
  if (source.problems.length > 0) {
    fail(
      source.problems.map(({ message, place }) => ({
        message: sentence(message),
        ...locate(place, undefined),
      })),
    )
  }
  const problems: FileProblem[] = source.unpaired().map((place) => ({
    message: 'A text holds half of a surrogate pair, which is not Unicode.',
    hint: 'Write the character itself, or both of its halves.',
    ...locate(place, undefined),
  }))
  source.replaceTexts((value, place) =>
    replaceReferences(value, lookUp, (message, hint) =>
      problems.push({ message, hint, ...locate(place, undefined) }),
    ),
  )
  const value = expandedValue(source, file)
  const parsed = mintageFileSchema.safeParse(value)
  const found = [
    ...(parsed.success ? [] : schemaProblems(parsed.error, value)),
    ...referenceProblems(value),
    ...brandingProblems(value),
  ]
  // The place of a missing variable has been reported already.
  const isTold = ({ at }: FileProblem) =>
    problems.some((told) => told.at.line === at.line && told.at.column === at.column)
  problems.push(...found.map((problem) => fileProblem(problem, source, locate)).filter((one) => !isTold(one)))
  if (!parsed.success || problems.length > 0) return fail(inOrder(problems))
  return parsed.data
}

/** The plain value of the file, with its references as they are written. Throws ConfigError, MintageFileError. */
export async function readMintageValue(file: string): Promise<unknown> {
  const source = new YamlSource(await readMintageText(file))
  const [first, ...others] = source.problems.map(({ message, place }) => ({
    message: sentence(message),
    ...locatedAt(place, undefined, source, file),
  }))
  if (first !== undefined) return fail([first, ...others])
  return expandedValue(source, file)
}

/** What mintage.yaml with this value would be refused for. References are taken as the texts that they are. */
export function mintageValueProblems(value: unknown): readonly ValueProblem[] {
  const parsed = mintageFileSchema.safeParse(value)
  return [
    ...(parsed.success ? [] : schemaProblems(parsed.error, value)),
    ...referenceProblems(value),
    ...brandingProblems(value),
  ]
}

/** Rejects with MintageFileError: what was found in a value of this file by a check beyond its schema, placed in its text. */
export async function refuseMintageFile(
  file: string,
  problems: readonly ValueProblem[],
  code?: FileErrorCode,
): Promise<never> {
  const source = new YamlSource(await readMintageText(file))
  const locate = (place: Place, path: readonly PropertyKey[]) => locatedAt(place, path, source, file)
  return fail(inOrder(problems.map((problem) => fileProblem(problem, source, locate))), code)
}

const reference = /\$\{([^}]*)\}/g

/** `${env:NAME}` becomes the variable's value, `${issuer}` stays; anything else is a mistake. */
function replaceReferences(
  text: string,
  lookUp: VariableLookup,
  report: (message: string, hint: string) => void,
): string {
  return text.replace(reference, (whole, inner: string) => {
    if (inner === 'issuer') return whole
    const [, variable] = /^env:([A-Za-z_][A-Za-z0-9_]*)$/.exec(inner) ?? []
    if (variable === undefined) {
      const meant = nearest(inner, ['issuer', 'env:'])
      const hint = meant === 'issuer' ? 'Did you mean ${issuer}?' : 'Known are ${env:NAME} and ${issuer}.'
      report(`\${${inner}} is not a reference.`, hint)
      return whole
    }
    const value = lookUp(variable)
    if (value === undefined) report(`The environment variable ${variable} is not set.`, `Set ${variable}.`)
    return value ?? whole
  })
}

function expandedValue(source: YamlSource, file: string): unknown {
  try {
    return source.value()
  } catch (cause) {
    throw new ConfigError('mintage_file_invalid', 'The aliases of the file stand for too much.', {
      at: { file },
      hint: 'Write out what the aliases stand for.',
      cause,
    })
  }
}

type Located = Pick<FileProblem, 'at' | 'sourceLine'>

function locatedAt(
  place: Place,
  path: readonly PropertyKey[] | undefined,
  source: YamlSource,
  file: string,
): Located {
  const line = source.line(place)
  return { at: { file, ...place }, sourceLine: mayHoldSecret(line, path) ? undefined : line }
}

function fileProblem(
  { path, isKey = false, message, hint }: ValueProblem,
  source: YamlSource,
  locate: (place: Place, path: readonly PropertyKey[]) => Located,
): FileProblem {
  const place = isKey ? source.placeOfKey(path) : source.placeOfValue(path)
  return { message, ...locate(place, path), ...(hint !== undefined && { hint }) }
}

function inOrder(problems: readonly FileProblem[]): FileProblem[] {
  return problems.toSorted((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)
}

function fail([first, ...others]: readonly FileProblem[], code?: FileErrorCode): never {
  if (first === undefined) throw new Error('a file without problems was refused')
  throw new MintageFileError([first, ...others], code)
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1).replace(/[.:]?$/, '.')}`
}

/** UTF-8. Throws ConfigError. */
export async function readMintageText(file: string): Promise<string> {
  const bytes = await readBytes(file)
  if (isUtf8(bytes)) return bytes.toString('utf8')
  // A line feed is never part of another character.
  const lines = bytes.toString('latin1').split('\n')
  const line = 1 + lines.findIndex((text) => !isUtf8(Buffer.from(text, 'latin1')))
  throw new ConfigError('mintage_file_invalid', 'The file is not UTF-8.', {
    at: { file, line, column: 1 },
    hint: 'Save it as UTF-8.',
  })
}

async function readBytes(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    throw new ConfigError('file_unreadable', `${file} cannot be read.`, {
      hint: 'Check the path and its permissions.',
      cause,
    })
  }
}
