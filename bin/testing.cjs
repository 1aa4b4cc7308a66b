// What `require('mintage/testing')` loads, as testing.js does for `import`. Modules keep a door of their own: vitest's vm pools load what is
// imported with the constructors of the test, and what is required with those of the process.
const { existsSync } = require('node:fs')
const { join } = require('node:path')

const source = join(__dirname, '../src/testing/index.ts')
module.exports = require(existsSync(source) ? source : join(__dirname, '../dist/testing/index.js'))
