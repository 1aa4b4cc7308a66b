#!/usr/bin/env node
// The launcher. Mintage runs its TypeScript as it is, which needs Node 24.16; an older Node hands over to the one
// that `npm ci` put beside it (the dev dependency `node`), so that `npx mintage` works on any machine.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const required = '24.16'

if (isAtLeast(required, process.versions.node)) {
  // Half of a start is reading code. What was compiled is kept beside the code, where whoever can write it could write the code
  // as well, and not in a folder for temporary files; where it cannot be written, every start compiles anew.
  module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/mintage', import.meta.url)))
  await import('../src/main.ts')
} else {
  const bundledNode = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url))
  if (!existsSync(bundledNode)) {
    process.stderr.write(
      `mintage needs Node ${required} or newer; this is ${process.version}.\n` +
        `Run "npm ci" in ${fileURLToPath(new URL('..', import.meta.url))} to get it as a dev dependency, or install it.\n`,
    )
    process.exit(69)
  }
  const child = spawn(bundledNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  // Ctrl+C reaches both processes by the terminal; the others reach this one alone. Either way the child says how it ends.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code) => process.exit(code ?? 1))
}

/**
 * @param {string} least
 * @param {string} version
 */
function isAtLeast(least, version) {
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number)
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
}
