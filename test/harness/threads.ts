// The threads of a process, by what Linux calls them.
import { readdir, readFile } from 'node:fs/promises'

/** The ids of those whose name begins so: `WorkerThread`, `libuv-worker`. */
export async function threadsOf(name: string, pid: number = process.pid): Promise<number[]> {
  const tasks = `/proc/${pid}/task`
  const ids = await readdir(tasks)
  const named = await Promise.all(
    ids.map(async (id) => ({ id: Number(id), comm: await readFile(`${tasks}/${id}/comm`, 'utf8') })),
  )
  return named.filter(({ comm }) => comm.startsWith(name)).map(({ id }) => id)
}
