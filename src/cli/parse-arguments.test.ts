// The help of every command against what its parser takes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseArguments } from './parse-arguments.ts'
import { commandHelp } from './help-text.ts'
import { allCommands } from './commands.ts'

for (const command of await allCommands()) {
  test(`E7: mintage ${command.name} takes each option as its help says`, () => {
    const help = commandHelp(command)
    assert.doesNotMatch(help, /--[a-z-]+(?: [A-Z|]+)? …/, 'reads as a list')
    for (const { name, value, repeatable = false } of command.options) {
      const [line = ''] = new RegExp(`^ {2}--${name}(?: .*)?$`, 'm').exec(help) ?? []
      assert.equal(line.includes('May be given several times.'), repeatable, name)
      const given = value === undefined ? `--${name}` : `--${name}=x`
      assert.ok(parseArguments(command, [given]).has(name), name)
      const twice = () => parseArguments(command, [given, given])
      if (repeatable) assert.equal(twice().values(name).length, 2)
      else assert.throws(twice, { code: 'usage', message: `--${name} is given twice.` })
      const wrongly = value === undefined ? `--${name}=x` : `--${name}`
      assert.throws(() => parseArguments(command, [wrongly]), { code: 'usage' })
    }
  })
}
