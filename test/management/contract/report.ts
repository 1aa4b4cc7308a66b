// `npm run contract`: of the operations that Kinde publishes, how many Mintage serves, by tag, and which it does not. That the served ones
// answer as published is what contract.test.ts and kinde-parity.test.ts show.
import { notOffered } from '../../../src/management/kinde-paths.ts'
import { operations } from '../../../src/management/operations.ts'
import { kindeContract } from './kinde-contract.ts'

type State = 'served' | 'not offered' | 'missing'

const have = new Set(operations.map(({ method, path }) => `${method} ${path}`))

function stateOf(key: string): State {
  if (have.has(key)) return 'served'
  const [, path = ''] = key.split(' ')
  return notOffered.some(({ segment }) => path.split('/').includes(segment)) ? 'not offered' : 'missing'
}

const rows = Object.entries(kindeContract).map(([key, { tag }]) => ({ key, tag, state: stateOf(key) }))
const countOf = (state: State, list = rows) => list.filter((row) => row.state === state).length

for (const [tag, list = []] of Object.entries(Object.groupBy(rows, (row) => row.tag))) {
  const served = `${countOf('served', list)} of ${list.length}`
  process.stdout.write(`${tag.padEnd(24)}${served}\n`)
}
for (const state of ['not offered', 'missing'] as const) {
  const listed = rows.filter((row) => row.state === state)
  if (listed.length > 0)
    process.stdout.write(`\n${state} (501):\n${listed.map(({ key }) => `  ${key}\n`).join('')}`)
}
process.stdout.write(
  `\n${countOf('served')} served, ${countOf('not offered') + countOf('missing')} answered with 501, ${rows.length} in total\n`,
)
if (countOf('missing') > 0) process.exitCode = 1
