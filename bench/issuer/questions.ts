// What the bench asks a server in another process: a line on its standard input, and a line of JSON on its standard output, in their order.
import { cpuUsage } from 'node:process'
import { createInterface } from 'node:readline'

export type Answers = Readonly<Record<string, () => unknown>>

/** Every server says how much processor time it has used, all its threads together, in milliseconds. */
const usualAnswers: Answers = {
  'processor time'() {
    const { user, system } = cpuUsage()
    return (user + system) / 1_000
  },
}

export function answerQuestions(more: Answers = {}): void {
  const answers = { ...usualAnswers, ...more }
  let last: Promise<void> = Promise.resolve()
  createInterface({ input: process.stdin }).on('line', (question) => {
    last = last.then(async () => {
      const answer = (await answers[question]?.()) ?? null
      process.stdout.write(`${JSON.stringify({ answer })}\n`)
    })
  })
}
