import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { failureOf, fetchRequest, hostCallsFor, runContext, valueOf } from './fixtures/calls.ts'
import { listening, serve, type Answer } from '../../net/fixtures/local-server.ts'

const { limits } = runContext()
const brief = runContext({ limits: { ...limits, callMs: 150 } })
const mebibyte = 1024 * 1024
const tooLarge = /^fetch_too_large: GET \S+: the body of the answer is larger than 1048576 bytes$/

async function answerOf(t: TestContext, answer: Answer, context = runContext()) {
  const server = await serve(t, answer)
  return hostCallsFor(t, { allow: [server.origin] }).execute(
    'fetch',
    fetchRequest(`${server.origin}/`),
    context,
  )
}

/** `talk` is given each connection once its request has arrived. */
async function answerOfSocket(t: TestContext, talk: (socket: Socket) => void, context = runContext()) {
  const server = await listening(
    t,
    createServer((socket) => socket.once('data', () => talk(socket))),
  )
  return hostCallsFor(t, { allow: [server.origin] }).execute(
    'fetch',
    fetchRequest(`${server.origin}/`),
    context,
  )
}

/** Writes as fast as the other side reads, until it has gone; resolves with the bytes that went out. */
function writeForever(socket: Socket, chunk: Buffer): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
  }
  socket.on('drain', more).on('close', () => resolve(socket.bytesWritten))
  more()
  return promise
}

describe('the body of an answer (SBX-70)', () => {
  for (const [coding, encode] of [
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ] as const) {
    test(`is decoded from ${coding}`, async (t) => {
      const result = await answerOf(t, (_request, response) =>
        response.setHeader('content-encoding', coding).end(encode('grün')),
      )
      assert.equal(valueOf(result).body, 'grün')
    })
  }
  test('is decoded from two codings, and not from three', async (t) => {
    const two = await answerOf(t, (_request, response) =>
      response.setHeader('content-encoding', 'br, gzip').end(gzipSync(brotliCompressSync('x'))),
    )
    assert.equal(valueOf(two).body, 'x')
    const three = await answerOf(t, (_request, response) =>
      response.setHeader('content-encoding', 'br,br,br').end('x'),
    )
    assert.match(failureOf(three), /encoded too many times over$/)
  })
  test('may be as large as the limit, and not a byte larger', async (t) => {
    const exact = await answerOf(t, (_request, response) => response.end(Buffer.alloc(mebibyte, 'a')))
    assert.equal(valueOf(exact).body.length, mebibyte)
    assert.match(
      failureOf(await answerOf(t, (_request, response) => response.end(Buffer.alloc(mebibyte + 1, 'a')))),
      tooLarge,
    )
    const chunked = await answerOf(
      t,
      (_request, response) => response.flushHeaders() ?? response.end(Buffer.alloc(mebibyte + 1, 'a')),
    )
    assert.match(failureOf(chunked), tooLarge)
  })
  test('of fifty megabytes of zeros as gzip is broken off', async (t) => {
    const bomb = gzipSync(Buffer.alloc(50 * mebibyte))
    const before = process.memoryUsage().arrayBuffers
    const result = await answerOf(t, (_request, response) =>
      response.setHeader('content-encoding', 'gzip').end(bomb),
    )
    assert.match(failureOf(result), tooLarge)
    assert.ok(process.memoryUsage().arrayBuffers - before < 20 * mebibyte)
  })
  test('without an end is broken off and its socket closed', async (t) => {
    const head = Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
    const chunk = Buffer.from(`10000\r\n${'a'.repeat(0x10000)}\r\n`)
    const written = Promise.withResolvers<number>()
    const result = await answerOfSocket(t, (socket) => {
      socket.write(head)
      void writeForever(socket, chunk).then(written.resolve)
    })
    assert.match(failureOf(result), tooLarge)
    assert.ok((await written.promise) < 64 * mebibyte)
  })
  test('of a coding that takes in without end and gives nothing out is broken off', async (t) => {
    // Empty stored blocks of deflate.
    const empty = Buffer.concat(Array.from({ length: 4_096 }, () => Buffer.from([0, 0, 0, 0xff, 0xff])))
    const result = await answerOfSocket(
      t,
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-encoding: deflate\r\n\r\n')
        socket.write(Buffer.from([0x78, 0x9c]))
        void writeForever(socket, empty)
      },
      runContext(),
    )
    assert.match(failureOf(result), tooLarge)
  })
  test('that announces a gigabyte is refused before it is read', async (t) => {
    const result = await answerOfSocket(t, (socket) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n'),
    )
    assert.match(failureOf(result), tooLarge)
  })
  test('that comes a byte at a time runs into the deadline', async (t) => {
    const result = await answerOfSocket(
      t,
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        const timer = setInterval(() => socket.write('a'), 10)
        socket.on('close', () => clearInterval(timer))
      },
      brief,
    )
    assert.match(failureOf(result), /^fetch_timeout: GET \S+: took longer than 150 ms$/)
  })
  test('that is shorter than announced is a failure', async (t) => {
    const result = await answerOfSocket(t, (socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'),
    )
    assert.match(
      failureOf(result),
      /^fetch_failed: .*: the connection was closed before the answer was complete$/,
    )
  })
  test('that is not what its coding says is a failure', async (t) => {
    for (const coding of ['gzip', 'br', 'deflate']) {
      const result = await answerOf(t, (_request, response) =>
        response.setHeader('content-encoding', coding).end('not encoded at all'),
      )
      assert.match(
        failureOf(result),
        /^fetch_failed: .*: the body of the answer is not what its content-encoding says$/,
        coding,
      )
    }
    const cut = await answerOf(t, (_request, response) =>
      response.setHeader('content-encoding', 'gzip').end(gzipSync('hello world').subarray(0, 20)),
    )
    assert.match(failureOf(cut), /content-encoding says$/)
    const unknown = await answerOf(t, (_request, response) =>
      response.setHeader('content-encoding', 'compress').end('x'),
    )
    assert.match(failureOf(unknown), /encoded as "compress", which is not supported$/)
  })
  test('may be missing although a coding is named', async (t) => {
    const result = await answerOf(t, (_request, response) =>
      response.writeHead(204, { 'content-encoding': 'gzip' }).end(),
    )
    assert.equal(valueOf(result).body, '')
  })
})

describe('the head of an answer (SBX-70)', () => {
  for (const [what, talk] of [
    ['never comes', () => {}],
    ['stalls after the first line', (socket: Socket) => socket.write('HTTP/1.1 200 OK\r\nx-a: 1\r\n')],
    [
      'is 103 Early Hints and nothing more',
      (socket: Socket) => socket.write('HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n'),
    ],
  ] as const) {
    test(`that ${what} runs into the deadline`, async (t) => {
      assert.match(
        failureOf(await answerOfSocket(t, talk, brief)),
        /^fetch_timeout: GET \S+: took longer than 150 ms$/,
      )
    })
  }
  test('with 10,000 headers is refused', async (t) => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `x-${i}: 1\r\n`).join('')
    const result = await answerOfSocket(t, (socket) => socket.write(`HTTP/1.1 200 OK\r\n${lines}\r\n`))
    assert.match(
      failureOf(result),
      /^fetch_too_large: GET \S+: the headers of the answer are larger than the limit$/,
    )
  })
  test('with 201 headers is refused', async (t) => {
    const lines = Array.from({ length: 201 }, () => 'a: 1\r\n').join('')
    const result = await answerOfSocket(t, (socket) => socket.write(`HTTP/1.1 200 OK\r\n${lines}\r\n`))
    assert.match(failureOf(result), /^fetch_too_large: GET \S+: the answer has more than 200 headers$/)
  })
  test('with a header of a megabyte is refused', async (t) => {
    const result = await answerOfSocket(t, (socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nx-a: ${'a'.repeat(mebibyte)}\r\n\r\n`),
    )
    assert.match(failureOf(result), /^fetch_too_large: /)
  })
  test('that is an unrequested 100 Continue is refused', async (t) => {
    const result = await answerOfSocket(t, (socket) => socket.write('HTTP/1.1 100 Continue\r\n\r\n'))
    assert.match(failureOf(result), /^fetch_failed: /)
  })
  test('that is not HTTP is refused', async (t) => {
    const result = await answerOfSocket(t, (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'))
    assert.match(failureOf(result), /^fetch_failed: GET \S+: the answer is not valid HTTP$/)
  })
})
