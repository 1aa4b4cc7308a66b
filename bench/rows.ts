// The rows of a benchmark, a file of the folder for each, one after the other in processes of their own.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** `notRows`: files of the folder that the rows share. Arguments go on to each row. */
export function runRows(folder: URL, notRows: readonly string[] = []): void {
  const rows = readdirSync(folder).filter(
    (name) => name.endsWith('.ts') && !['main.ts', ...notRows].includes(name),
  )
  for (const row of rows) {
    console.log(`\n# ${row.replace('.ts', '')}`)
    const file = fileURLToPath(new URL(row, folder))
    const { status } = spawnSync(process.execPath, [file, ...process.argv.slice(2)], { stdio: 'inherit' })
    if (status !== 0) process.exitCode = 1
  }
}
