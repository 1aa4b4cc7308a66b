// `node bench/management/reads.ts [--users N] [--quick]`: reads of the management API with many users and with 1,000, one after the other in one
// run on SQLite. Prints p95 in milliseconds of both, and their ratio. Goal: at most 2.
import { parseArgs } from 'node:util'
import { emailOf, openWorld, userId, type World } from './world.ts'

const { values: options } = parseArgs({ options: { users: { type: 'string' }, quick: { type: 'boolean' } } })
const many = Number(options.users ?? (options.quick === true ? 50_000 : 1_000_000))
const few = 1_000
const rounds = options.quick === true ? 100 : 400

const reads: Readonly<Record<string, (world: World, index: number) => string>> = {
  'GET /users, 50 per page': () => '/users?page_size=50',
  'GET /user?id=': (_, index) => `/user?id=${userId(index)}`,
  'GET /users?email=': (_, index) => `/users?email=${emailOf(index)}`,
  'members of an organization, 50 per page': () => '/organizations/org_large/users?page_size=50',
  'members by name, 50 per page': () => '/organizations/org_large/users?page_size=50&sort=name_asc',
  'organizations by name': () => '/organizations?page_size=50&sort=name_desc',
}

console.log(`making directories of ${few} and of ${many} users …`)
const worlds = [await openWorld(few, few), await openWorld(many, 10_000)] as const
try {
  for (const [name, path] of Object.entries(reads)) {
    const times: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds + 20; round += 1)
      for (const [side, world] of worlds.entries()) {
        // oxlint-disable-next-line no-await-in-loop -- one request at a time, in turn
        const took = await world.ask(path(world, (round * 7_919) % world.users))
        if (round >= 20) times[side === 0 ? 0 : 1].push(took)
      }
    const [ofFew, ofMany] = times.map(p95)
    const ratio = (ofMany ?? 0) / (ofFew ?? 1)
    console.log(
      `${name}: ${(ofFew ?? 0).toFixed(1)} → ${(ofMany ?? 0).toFixed(1)} ms, ${ratio.toFixed(2)} times`,
    )
  }
} finally {
  for (const world of worlds) await world.close()
}

function p95(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0
}
