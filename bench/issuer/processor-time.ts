// A server of the bench says how much processor time it has used, all its threads together, whenever its standard input asks.
import { cpuUsage } from 'node:process'

export const processorTimeQuestion = 'processor time\n'

export function answerProcessorTime(): void {
  process.stdin.on('data', () => {
    const { user, system } = cpuUsage()
    console.log(JSON.stringify({ processorMs: (user + system) / 1_000 }))
  })
}
