// Which Node runs Mintage: the one that package.json asks for. Plain JavaScript, so that an older Node can report it.
import { readFileSync } from 'node:fs'

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/** For example `24.16`. */
export const requiredNode = engines.node.replace('>=', '')

export function isRecentNode() {
  const [leastMajor = 0, leastMinor = 0] = requiredNode.split('.').map(Number)
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
}
