#!/usr/bin/env node
// The launcher. Mintage runs its TypeScript as it is, which needs Node 24.16; an older Node hands over to the one
// that `npm ci` put beside it (the dev dependency `node`), so that `npx mintage` works on any machine.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isRecentNode, requiredNode } from './node-version.js'

const checkout = fileURLToPath(new URL('..', import.meta.url))

if (isRecentNode()) {
  // Half of a start is reading code. What was compiled is kept beside the code, where whoever can write it could write the code
  // as well, and not in a folder for temporary files; where it cannot be written, every start compiles anew.
  module.enableCompileCache(join(checkout, 'node_modules/.cache/mintage'))
  const { keptProgram, programFolder, showSourcePositions } = await import('../src/program/index.ts')
  const kept = keptProgram(checkout)
  if (kept === undefined) {
    await import('../src/main.ts')
  } else {
    showSourcePositions(join(checkout, programFolder))
    await import(pathToFileURL(kept).href)
  }
} else {
  const bundledNode = join(checkout, 'node_modules/node/bin/node')
  if (!existsSync(bundledNode)) {
    process.stderr.write(
      `mintage needs Node ${requiredNode} or newer; this is ${process.version}.\n` +
        `Run "npm ci" in ${checkout} to get it as a dev dependency, or install it.\n`,
    )
    process.exit(69)
  }
  // In a process group of its own: Ctrl+C of a terminal reaches the launcher alone, which hands on each signal once. When the launcher
  // is killed, the child sees that its parent is gone (src/cli/parent-watch.ts).
  const child = spawn(bundledNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    detached: true,
    env: { ...process.env, MINTAGE_LAUNCHER: '1' },
  })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    for (const handled of signals) process.removeAllListeners(handled)
    process.kill(process.pid, signal)
  })
}
