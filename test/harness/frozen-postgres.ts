// A Postgres that is there and does nothing: all of its processes are stopped, as those of a machine that hangs. Connections stay open,
// new ones are taken by the system, and nothing is ever answered.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { z } from 'zod'

const rowsSchema = z.array(z.object({ pid: z.int() }))
const settingSchema = z.tuple([z.object({ data_directory: z.string() })])

/** Resolves to how to let it go on. */
export async function freezePostgres(url: string): Promise<() => void> {
  const admin = new Client({ connectionString: url })
  await admin.connect()
  const [{ data_directory: folder }] = settingSchema.parse((await admin.query('show data_directory')).rows)
  const { rows } = await admin.query('select pid from pg_stat_activity where pid <> pg_backend_pid()')
  await admin.end()
  const [postmaster] = (await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n', 1)
  const pids = [Number(postmaster), ...rowsSchema.parse(rows).map(({ pid }) => pid)]
  const signal = (name: NodeJS.Signals) => {
    for (const pid of pids) signalIfThere(pid, name)
  }
  signal('SIGSTOP')
  return () => signal('SIGCONT')
}

/** One of them may have ended since it was listed. */
function signalIfThere(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
