// `node bench/lifecycle/shadow.ts [--quick]`: what a shadow of every token and the recording of every run cost the request that they follow, at
// p50. Two servers take turns request by request; the shadow ends before the next request begins, because the goal is about the request
// that it follows.
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { rolloutProject, type RolloutServer } from '../../test/harness/rollout-project.ts'

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' } } })
const rounds = options.quick === true ? 150 : 1_500

const ends: (() => Promise<void>)[] = []
const lifetime = { after: (end: () => Promise<void>) => void ends.push(end) }
try {
  const plain = await (await rolloutProject(lifetime, '  recordings: { isKept: false }')).open()
  const shadowed = await (await rolloutProject(lifetime)).open()
  const id = await shadowed.draft('shadow')
  await shadowed.call(`POST /mintage/deployments/${id}/shadow`, { percent: 100 })
  const times = { plain: [] as number[], shadowed: [] as number[] }
  for (let round = 0; round < rounds + 20; round += 1) {
    const inTurn = round % 2 === 0 ? (['plain', 'shadowed'] as const) : (['shadowed', 'plain'] as const)
    for (const which of inTurn) {
      const took = await request(which === 'plain' ? plain : shadowed)
      // The first ones warm both up.
      if (round >= 20) times[which].push(took)
    }
  }
  const [without, withBoth] = [median(times.plain), median(times.shadowed)]
  console.log(`p50 without: ${without.toFixed(2)} ms, with shadow and recording: ${withBoth.toFixed(2)} ms`)
  console.log(`cost of the request: ${(100 * (withBoth / without - 1)).toFixed(1)} % (goal: at most 5 %)`)
} finally {
  for (const end of ends.toReversed()) await end()
}

async function request(server: RolloutServer): Promise<number> {
  const from = performance.now()
  await server.machineVersion()
  const took = performance.now() - from
  await server.server.settle()
  return took
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
