// What `import … from 'mintage/testing'` loads: dist/ in an installed package, the TypeScript in a checkout, as bin/mintage.js does.
import { existsSync } from 'node:fs'
import { isRecentNode, requiredNode } from './node-version.js'

if (!isRecentNode())
  throw new Error(`mintage/testing needs Node ${requiredNode} or newer; this is ${process.version}.`)
const source = new URL('../src/testing/index.ts', import.meta.url)
const testing = existsSync(source) ? source : new URL('../dist/testing/index.js', import.meta.url)
export const { m2mEvent, refreshEvent, runWorkflow, signInEvent } = await import(testing.href)
