// `npm run test:busy [FILE …]`: the suite, or some of its files, beside one endless loop for each processor. What passes alone and fails here
// has a bound on the clock that a busy machine breaks. The loops are threads of this process, so that they end with it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

for (let index = 0; index < availableParallelism(); index += 1) new Worker('for (;;);', { eval: true })

const files = process.argv.slice(2)
const [command, ...args] =
  files.length === 0
    ? ['npm', 'test']
    : [process.execPath, '--test', '--test-concurrency=3', '--test-timeout=600000', ...files]
const tests = spawn(command, args, { stdio: 'inherit' })
const [code]: unknown[] = await once(tests, 'exit')
process.exit(typeof code === 'number' ? code : 1)
