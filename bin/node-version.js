// Mintage runs its TypeScript as it is, which needs a Node of today. Plain JavaScript, so that an older one can say so.
export const requiredNode = '24.16'

export function isRecentNode() {
  const [leastMajor = 0, leastMinor = 0] = requiredNode.split('.').map(Number)
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
}
