// Processor time of the thread that asks. On a busy machine a clock says how long the neighbours worked; this says how long the thread did.

/** Milliseconds of processor time that this thread used until `work` settled; most of the waiting in it costs none. */
export async function mainThreadMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.threadCpuUsage()
  await work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1_000
}
