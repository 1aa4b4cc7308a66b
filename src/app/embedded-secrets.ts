// Secrets that stand in mintage.yaml itself, where every reader of the repository reads them. Found by reading the file a second time
// with a mark in the place of every environment variable: a secret without the mark came from the file.
import { readFile } from 'node:fs/promises'
import { parseMintageYaml, Secret } from '../config/index.ts'

const mark = 'from-the-environment-0123456789abcdefghijklmnopqrstuvwxyz'

/** Where they stand, as `applications.web.clientSecret`. Nothing when the file cannot be read that way. */
export async function embeddedSecrets(file: string): Promise<readonly string[]> {
  try {
    return secretsIn(
      parseMintageYaml(await readFile(file, 'utf8'), file, () => mark),
      [],
    )
  } catch {
    return []
  }
}

function secretsIn(value: unknown, path: readonly string[]): string[] {
  if (value instanceof Secret) return value.reveal().includes(mark) ? [] : [path.join('.')]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => secretsIn(member, [...path, name]))
}
