// `npm run bench:lifecycle [-- --quick]`: the goals of the life of a workflow, a file of this folder for each, one after the other.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = new URL('./', import.meta.url)
const rows = readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'main.ts')
for (const row of rows) {
  console.log(`\n# ${row.replace('.ts', '')}`)
  const file = fileURLToPath(new URL(row, folder))
  const { status } = spawnSync(process.execPath, [file, ...process.argv.slice(2)], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
