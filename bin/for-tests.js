// Preloaded by `mintage test` in each test file. `mintage/testing` is the kit of this installation where the project has none of its own,
// and `?coverage=FOLDER` says where the kit leaves what its runs executed (src/testing/coverage.ts).
import { registerHooks } from 'node:module'

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier !== 'mintage/testing') return nextResolve(specifier, context)
    try {
      return nextResolve(specifier, context)
    } catch {
      const isRequired = context.conditions.includes('require')
      const kit = new URL(isRequired ? 'testing.cjs' : 'testing.js', import.meta.url)
      return { url: kit.href, format: isRequired ? 'commonjs' : 'module', shortCircuit: true }
    }
  },
})

const folder = new URL(import.meta.url).searchParams.get('coverage')
if (folder !== null) globalThis[Symbol.for('mintage.testing.coverage')] = folder
