import assert from 'node:assert/strict'
import { test } from 'node:test'
import { engineMemoryBytes, openWorkerEngines, startRun } from '../../../test/harness/worker-engine.ts'
import { ReadyEngines } from './ready-engines.ts'
import { roomier } from './roomier-image.ts'

const engines = await openWorkerEngines()
const small = await engines.image(`kinde.accessToken.setCustomClaim('from', 'small')`)
const other = await engines.image(`kinde.accessToken.setCustomClaim('from', 'other')`)
const grows = await engines.image(
  `const all = Array.from({ length: 40000 }, (_, n) => ({ n })); kinde.accessToken.setCustomClaim('from', all.length)`,
)

test('an engine that was given back is handed out again, to any deployment of its size', async () => {
  const ready = new ReadyEngines(engines.parts, engineMemoryBytes)
  const engine = await ready.make(small)
  assert.match(JSON.stringify(await startRun(engine, small).ended), /small/)
  ready.giveBack(engine, small)
  assert.equal(ready.take(other), engine)
  assert.match(JSON.stringify(await startRun(engine, other).ended), /other/)
  assert.equal(ready.take(other), undefined, 'an engine that is in use is handed to nobody else')
})

test('D13: an engine that was interrupted, or whose memory has grown, is dropped and not handed out again', async () => {
  const ready = new ReadyEngines(engines.parts, engineMemoryBytes)
  const loops = await engines.image('for (;;);')
  const interrupted = await ready.make(loops)
  const outcome = await startRun(interrupted, loops, { limits: { runningTimeMs: 20 } }).ended
  assert.match(JSON.stringify(outcome), /running-time-exceeded/)
  ready.giveBack(interrupted, loops)
  assert.equal(ready.take(loops), undefined)
  const grown = await ready.make(grows)
  await startRun(grown, grows).ended
  assert.ok(grown.memoryBytes > grows.memoryBytes)
  ready.giveBack(grown, grows)
  assert.equal(ready.take(grows), undefined)
})

test('a deployment whose runs outgrow their room gets an image with more of it, whose engines are used again', async () => {
  const ready = new ReadyEngines(engines.parts, engineMemoryBytes)
  const first = await ready.make(grows)
  await startRun(first, grows).ended
  const wider = await roomier(engines.parts, engineMemoryBytes, grows, first.memoryBytes)
  assert.ok(wider)
  assert.deepEqual([wider.id, wider.entries], [grows.id, grows.entries])
  const engine = await ready.make(wider)
  for (let run = 0; run < 3; run++) {
    assert.match(JSON.stringify(await startRun(engine, wider).ended), /40000/)
    ready.giveBack(engine, wider)
    assert.equal(ready.take(wider), engine, `after run ${run}`)
  }
  assert.equal(await roomier(engines.parts, engineMemoryBytes, grows, grows.memoryBytes), undefined)
  assert.equal(
    await roomier(engines.parts, engineMemoryBytes, grows, grows.memoryBytes + 9 * 1024 * 1024),
    undefined,
  )
})

test('engines of a size that is not requested any more make way for those of another', async () => {
  const ready = new ReadyEngines(engines.parts, engineMemoryBytes)
  const wider = await roomier(engines.parts, engineMemoryBytes, small, small.memoryBytes + 65_536)
  assert.ok(wider)
  const burst = await Promise.all(Array.from({ length: 20 }, () => ready.make(small)))
  for (const engine of burst) ready.giveBack(engine, small)
  const engine = await ready.make(wider)
  ready.giveBack(engine, wider)
  assert.equal(ready.take(wider), engine)
  await ready.refill(wider)
  assert.notEqual(ready.take(wider), undefined)
})

test('room that was outgrown is added to what there was: no deployment outgrows it again and again', async () => {
  for (const length of [2_000, 8_000, 30_000]) {
    const body = `const text = JSON.stringify(Array.from({ length: ${length} }, (_, n) => 'item ' + n)); JSON.parse(text)`
    let image = await engines.image(body)
    let steps = 0
    for (let engine = await run(image); !engine.fits(image); engine = await run(image)) {
      const wider = await roomier(engines.parts, engineMemoryBytes, image, engine.memoryBytes)
      assert.ok(wider, `${length} items after ${steps} steps`)
      image = wider
      assert.ok(++steps <= 4, `${length} items outgrow their room for the ${steps}th time`)
    }
  }

  async function run(image: typeof small) {
    const engine = await new ReadyEngines(engines.parts, engineMemoryBytes).make(image)
    await startRun(engine, image).ended
    return engine
  }
})
