// A port that nothing listens on, for a process that has to know its port before it starts.
import { once } from 'node:events'
import { createServer } from 'node:net'

export async function freePort(host = 'localhost'): Promise<number> {
  const probe = createServer().listen(0, host)
  await once(probe, 'listening')
  const address = probe.address()
  await once(probe.close(), 'close')
  if (typeof address !== 'object' || address === null) throw new Error('found no free port')
  return address.port
}
