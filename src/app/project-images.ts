// Pictures that mintage.yaml names: logos and favicons, files of the project. A path that leads out of the project's folder, by a link as
// well, is refused: the file may come from a repository, and what it names is served to anyone.
import { open, realpath, stat } from 'node:fs/promises'
import { join, normalize, sep } from 'node:path'
import { mostImageBytes } from '../branding/index.ts'
import { picturesOfFile, type GivenPicture, type MintageFile, type ValueProblem } from '../config/index.ts'
import { brandingFile } from '../directory/index.ts'

export interface ProjectImages {
  /** By the paths of the file. */
  readonly images: ReadonlyMap<string, Uint8Array>
  readonly problems: readonly ValueProblem[]
}

export async function readProjectImages(file: MintageFile, projectDir: string): Promise<ProjectImages> {
  const images = new Map<string, Uint8Array>()
  const problems: ValueProblem[] = []
  for (const { place, picture } of namedPictures(file)) {
    // oxlint-disable-next-line no-await-in-loop -- few, and each one is in memory until it is written
    const problem = await judged(picture, projectDir, images)
    if (problem !== undefined) problems.push({ path: place, message: `${place.join('.')}: ${problem}` })
  }
  return { images, problems }
}

/** Relative to the project's folder, as a watch names them. */
export function imagePaths(file: MintageFile): ReadonlySet<string> {
  return new Set(
    namedPictures(file).flatMap(({ picture: { path } }) => (path === null ? [] : [normalize(path)])),
  )
}

function namedPictures(file: MintageFile) {
  const branded = [
    { at: ['settings'], given: file.settings },
    ...Object.entries(file.applications).map(([key, given]) => ({ at: ['applications', key], given })),
    ...Object.entries(file.organizations).map(([key, given]) => ({ at: ['organizations', key], given })),
  ]
  return branded.flatMap(({ at, given: { branding } }) =>
    (branding === undefined ? [] : picturesOfFile(branding)).map((picture) => ({
      place: [...at, 'branding', picture.key],
      picture,
    })),
  )
}

/** Adds the picture to `images`; resolves to what is wrong with it, as a sentence. */
async function judged(
  { kind, path }: GivenPicture,
  projectDir: string,
  images: Map<string, Uint8Array>,
): Promise<string | undefined> {
  if (path === null) return undefined
  const bytes = images.get(path) ?? (await read(path, projectDir))
  if (typeof bytes === 'string') return bytes
  const result = brandingFile(kind, bytes)
  if ('problem' in result) return result.problem
  images.set(path, bytes)
  return undefined
}

/** One byte more than is possible is enough to know that a file is too large. */
async function read(path: string, projectDir: string): Promise<Uint8Array | string> {
  try {
    const [folder, file] = await Promise.all([realpath(projectDir), realpath(join(projectDir, path))])
    if (!file.startsWith(folder + sep)) return 'The path leads out of the folder of the project.'
    // A pipe would wait without an end.
    if (!(await stat(file)).isFile()) return 'This is not a file.'
    await using opened = await open(file)
    const buffer = Buffer.alloc(mostImageBytes + 1)
    let length = 0
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- a file may come in pieces
      const { bytesRead } = await opened.read(buffer, length)
      length += bytesRead
      if (bytesRead === 0 || length === buffer.length) return buffer.subarray(0, length)
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    return code === 'ENOENT' ? 'There is no such file.' : `The file cannot be read (${code}).`
  }
}
