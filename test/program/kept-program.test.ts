// The program as one script, from outside: it is what a start reads while nothing has changed, and never when anything has.
import assert from 'node:assert/strict'
import { appendFile, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { keptProgram, programFolder } from '../../src/program/index.ts'
import { typeNode, typeShell } from '../harness/mintage-command.ts'
import { startCommand } from '../harness/serving-command.ts'
import { copyCheckout, prepare } from './checkout.ts'

const hourAgo = new Date(Date.now() - 3_600_000)

/** A checkout whose program says at its end what its source said when it was read, and nothing was edited of late. */
async function checkoutThatSays(t: TestContext, word: string) {
  const checkout = await copyCheckout(t)
  const main = join(checkout, 'src/main.ts')
  await appendFile(main, `process.stdout.write('${word}')\n`)
  await utimes(main, hourAgo, hourAgo)
  return {
    checkout,
    main,
    says: async () => {
      const { stdout, stderr } = await typeNode([join(checkout, 'bin/mintage.js'), '--version'], checkout)
      assert.equal(stderr, '')
      return stdout.replace(/^[\d.]+\n/, '')
    },
    /** With or without a sign of it that the file system would show. */
    async edit(from: string, to: string, { isHidden = false } = {}) {
      const { atime, mtime } = await stat(main)
      await writeFile(main, (await readFile(main, 'utf8')).replace(from, to))
      if (isHidden) await utimes(main, atime, mtime)
    },
  }
}

describe('the program that an installation keeps', () => {
  test('is what a start reads, in place of its files', async (t) => {
    const { checkout, says, edit } = await checkoutThatSays(t, 'one')
    const { stdout, stderr, exitCode } = await prepare(checkout)
    assert.match(stdout, /^mintage: 1\d{3} files are one script now, which the next start reads\.\n$/)
    assert.deepEqual([stderr, exitCode], ['', 0])
    // Nobody edits so. It shows which of the two ran.
    await edit('one', 'two', { isHidden: true })
    assert.equal(await says(), 'one')
  })

  test('is left alone once a file was edited, until the next installation', async (t) => {
    const { checkout, says, edit } = await checkoutThatSays(t, 'one')
    await prepare(checkout)
    await edit('one', 'two')
    assert.equal(await says(), 'two')
    assert.equal(keptProgram(checkout), undefined)
    await prepare(checkout)
    assert.notEqual(keptProgram(checkout), undefined)
    assert.equal(await says(), 'two')
  })

  test('goes along when the checkout is moved, and serves from there', async (t) => {
    const before = await copyCheckout(t)
    await prepare(before)
    const checkout = join(dirname(before), 'elsewhere')
    await rename(before, checkout)
    assert.equal(keptProgram(checkout), join(checkout, programFolder, 'main.mjs'))
    const launcher = join(checkout, 'bin/mintage.js')
    const command = startCommand(t, ['start', '--port', '0'], { cwd: dirname(checkout), launcher })
    await command.until(/^Ready/m)
    assert.match(command.output(), /edit +elsewhere\/examples\/demo\//)
    assert.equal(await command.stop(), 0)
  })

  test('names the lines of its files in stacks', async (t) => {
    const { checkout, main } = await checkoutThatSays(t, 'one')
    await appendFile(main, `\nfunction fail(): never {\n  throw new TypeError('on purpose')\n}\nfail()\n`)
    await prepare(checkout)
    const lines = (await readFile(main, 'utf8')).split('\n')
    const thrown = lines.findIndex((line) => line.includes('throw new TypeError'))
    const called = lines.lastIndexOf('fail()')
    const command = `MINTAGE_DEBUG=1 ${process.execPath} bin/mintage.js --version`
    const { stderr } = await typeShell(command, checkout)
    assert.ok(
      stderr.includes(
        `TypeError: on purpose\n    at fail (file://${main}:${thrown + 1}:9)\n    at file://${main}:${called + 1}:1\n`,
      ),
      stderr,
    )
  })

  test('is not missed where it cannot be made: the installation says so and succeeds', async (t) => {
    const { checkout, says } = await checkoutThatSays(t, 'one')
    const cache = join(checkout, dirname(programFolder))
    await mkdir(dirname(cache), { recursive: true })
    await writeFile(cache, 'a file where a folder should be')
    const { stderr, exitCode } = await prepare(checkout)
    assert.match(stderr, /^mintage: .+\nStarts take longer until "npm run prepare" has made/s)
    assert.equal(exitCode, 0)
    await rm(cache)
    assert.equal(await says(), 'one')
  })
})
