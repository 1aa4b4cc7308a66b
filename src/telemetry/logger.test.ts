import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openLogger, type LoggerOptions } from './logger.ts'

function openTestLogger(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = []
  const now = () => Date.UTC(2030, 0, 2, 3, 4, 5)
  const log = openLogger({
    level: 'debug',
    format: 'json',
    write: (line) => lines.push(line),
    now,
    ...options,
  })
  return { log, lines, fields: () => JSON.parse(lines.at(-1) ?? '') }
}

describe('the log as JSON', () => {
  test('has one line for each event: level, time, name and fields', () => {
    const { log, lines } = openTestLogger()
    log.info('token_minted', { clientId: 'demo_web', durationMs: 1.5, isCached: false, reason: undefined })
    assert.deepEqual(lines, [
      '{"level":"info","time":"2030-01-02T03:04:05.000Z","clientId":"demo_web","durationMs":1.5,"isCached":false,"event":"token_minted"}',
    ])
  })

  test('leaves out what is below its level', () => {
    const { log, lines } = openTestLogger({ level: 'warn' })
    log.info('quiet')
    log.warn('loud')
    assert.equal(lines.length, 1)
  })

  test('redacts secrets by name, however it is spelled and wherever it is', () => {
    const { log, lines, fields } = openTestLogger()
    const canary = 'canary-4711'
    log.info('request', {
      password: canary,
      body: { client_secret: canary, refresh_token: canary, code: canary, code_verifier: canary },
      headers: [{ Authorization: canary }, { 'Set-Cookie': canary }],
      'X-Api-Key': canary,
      newPassword: canary,
      token: '',
    })
    assert.doesNotMatch(lines.join(), /canary/)
    assert.equal(fields().body.client_secret, '[redacted]')
    assert.equal(fields().token, '')
  })

  test('keeps names that only resemble a secret', () => {
    const { log, fields } = openTestLogger()
    log.info('x', { organizationCode: 'org_1', tokenKind: 'id', errorCode: 'usage', codeCount: 1 })
    assert.deepEqual(
      [fields().organizationCode, fields().tokenKind, fields().errorCode, fields().codeCount],
      ['org_1', 'id', 'usage', 1],
    )
  })

  test('redacts tokens inside texts', () => {
    const { log, lines } = openTestLogger()
    log.info('x', { text: `sent Bearer abcdefgh12345 and eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln, gone` })
    assert.match(lines[0] ?? '', /"text":"sent Bearer \[redacted\] and \[redacted\], gone"/)
  })

  test('gives an error with its code, message, cause and stack', () => {
    const { log, fields } = openTestLogger()
    log.error('request_failed', {
      error: Object.assign(new Error('no', { cause: new TypeError('why') }), { code: 'E1' }),
    })
    const { error } = fields()
    assert.deepEqual(
      [error.name, error.code, error.message, error.cause.message],
      ['Error', 'E1', 'no', 'why'],
    )
    assert.match(error.stack, /logger\.test\.ts/)
  })

  const hostile: [string, string][] = [
    ['line ends', 'a\r\n{"level":"error","event":"forged"}\n'],
    ['ANSI sequences', 'a\u001b[2Jb\u009b31m'],
    ['line separators and text direction', 'a\u2028b\u2029c\u202ed'],
    ['JSON that breaks out', 'a","level":"error","x":"'],
  ]
  for (const [what, text] of hostile) {
    test(`stays one line of plain characters with ${what} in a value, a name or an event (LG-02)`, () => {
      for (const format of ['json', 'readable'] as const) {
        const { log, lines } = openTestLogger({ format })
        log.info('request', { agent: text, [text]: 1 })
        assert.equal(lines.length, 1)
        assert.match(lines[0] ?? '', /^[\x20-\x7e]+$/)
        if (format === 'json') assert.equal(JSON.parse(lines[0] ?? '').agent, text)
      }
    })
  }

  test('stays bounded with long, deep and wide values (LG-02)', () => {
    const { log, lines, fields } = openTestLogger()
    const deep = (levels: number): object => (levels === 0 ? {} : { in: deep(levels - 1) })
    const cycle: { self?: object } = {}
    cycle.self = cycle
    log.info('x', { long: 'x'.repeat(1_000_000), deep: deep(1_000), cycle })
    assert.equal(fields().long, `${'x'.repeat(2_048)}[997952 more]`)
    log.info('x', { wide: Array.from({ length: 100_000 }, () => 'y'.repeat(1000)) })
    assert.ok(lines.every((line) => line.length < 40_000))
  })

  test('takes any value', () => {
    const { log, fields } = openTestLogger()
    log.info('x', { big: 1n, run() {}, none: null, at: new Date(0), url: new URL('http://a/b') })
    const { big, run, none, at, url } = fields()
    assert.deepEqual(
      [big, run, none, at, url],
      ['[bigint]', '[function]', null, '1970-01-01T00:00:00.000Z', 'http://a/b'],
    )
  })
})

test('the readable log has time, level, event and fields on one line', () => {
  const { log, lines } = openTestLogger({ format: 'readable' })
  log.warn('sign_in_failed', { clientId: 'demo_web', reason: 'wrong password', count: 3 })
  assert.deepEqual(lines, ['03:04:05 warn  sign_in_failed clientId=demo_web reason="wrong password" count=3'])
})
