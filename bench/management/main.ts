// `npm run bench:management [-- --quick]`: the goals of the management API, of imports and of webhooks, a file of this folder for each.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = new URL('./', import.meta.url)
const rows = readdirSync(folder).filter(
  (name) => name.endsWith('.ts') && !['main.ts', 'world.ts'].includes(name),
)
for (const row of rows) {
  console.log(`\n# ${row.replace('.ts', '')}`)
  const file = fileURLToPath(new URL(row, folder))
  const { status } = spawnSync(process.execPath, [file, ...process.argv.slice(2)], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
