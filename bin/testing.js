// What `import … from 'mintage/testing'` loads: dist/ in an installed package, the TypeScript in a checkout, as bin/mintage.js does. It waits
// for nothing, so that tests in CommonJS can require it, too.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isRecentNode, requiredNode } from './node-version.js'

if (!isRecentNode())
  throw new Error(`mintage/testing needs Node ${requiredNode} or newer; this is ${process.version}.`)
const source = new URL('../src/testing/index.ts', import.meta.url)
const testing = existsSync(source) ? source : new URL('../dist/testing/index.js', import.meta.url)
export const { m2mEvent, refreshEvent, runWorkflow, signInEvent } = createRequire(import.meta.url)(
  fileURLToPath(testing),
)
