#!/usr/bin/env node
// The launcher. An installed package runs dist/, a checkout its TypeScript as it is. Both need a recent Node; an older one hands over to
// the package `node`, which a checkout has from `npm ci` and an installation from `npm install node@24`.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isRecentNode, requiredNode } from './node-version.js'

const root = fileURLToPath(new URL('..', import.meta.url))

if (isRecentNode()) {
  // Node keeps what it compiled beside the code, because anyone who can write there can write the code as well. Where it cannot write, as in
  // an image with a read-only root, every start compiles anew.
  module.enableCompileCache(join(root, 'node_modules/.cache/mintage'))
  const source = new URL('../src/main.ts', import.meta.url)
  // A checkout may have a dist/ as well, left by `npm pack`; what counts there is what was edited.
  await import(existsSync(source) ? source.href : new URL('../dist/main.js', import.meta.url).href)
} else {
  const packagedNode = findPackagedNode()
  if (packagedNode === undefined) {
    process.stderr.write(
      `mintage needs Node ${requiredNode} or newer; this is ${process.version}.\n` +
        'Install that Node, or run "npm install node@24" in this folder and repeat the command.\n',
    )
    process.exit(69)
  }
  // In its own process group: Ctrl+C in a terminal reaches only the launcher, which passes each signal on once. When the launcher is
  // killed, the child sees that its parent is gone (src/cli/parent-watch.ts).
  const child = spawn(packagedNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
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

/** The path of the package's binary; undefined when the package is not installed, or its install script did not run. */
function findPackagedNode() {
  try {
    const node = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin/node')
    return existsSync(node) ? node : undefined
  } catch {
    return undefined
  }
}
