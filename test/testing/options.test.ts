// What a test gives to `runWorkflow`: everything that is wrong with it fails the test by its name, because a mistyped option that is left
// out makes a test pass for the wrong reason.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { m2mEvent, runWorkflow, signInEvent } from '../../src/testing/index.ts'
import { makeProject } from '../harness/temp-project.ts'

const workflow = `export const workflowSettings = {
  id: 'tokens',
  trigger: 'user:tokens_generation',
  bindings: { 'kinde.accessToken': {}, 'kinde.fetch': {}, url: {}, console: {} },
}
export default async function () {
  try {
    const response = await fetch('https://crm.example/plans')
    kinde.accessToken.setCustomClaim('plan', await response.text())
  } catch (error) {
    kinde.accessToken.setCustomClaim('plan', error.message)
  }
}
`

async function workflowFile(t: TestContext): Promise<string> {
  return join(await makeProject(t, { 'tokensWorkflow.ts': workflow }), 'tokensWorkflow.ts')
}

/** As a test in JavaScript gives them, or one whose types were stripped. */
const run = runWorkflow as (subject: unknown, options?: unknown) => ReturnType<typeof runWorkflow>

const answers = { 'https://crm.example/*': { body: 'gold' } }

describe('an option that is wrong', () => {
  const wrong: Readonly<Record<string, readonly [options: unknown, message: RegExp]>> = {
    'an unknown option': [{ enviroment: {} }, /: enviroment does not exist\.\nDid you mean environment\?/],
    'an event in place of the options': [signInEvent(), /: request does not exist\./],
    'an unknown token': [
      { claims: { accesToken: {} } },
      /: claims\.accesToken does not exist\.\nDid you mean accessToken\?/,
    ],
    'a claim that is not JSON': [
      { claims: { accessToken: { made: 1n } } },
      /: claims\.accessToken\.made: expected JSON, got a bigint\./,
    ],
    'an unknown limit': [
      { limits: { wallClockMS: 5 } },
      /: limits\.wallClockMS does not exist\.\nDid you mean wallClockMs\?/,
    ],
    'a limit that is not a number': [
      { limits: { wallClockMs: '5' } },
      /: limits\.wallClockMs: expected a number, got a string\./,
    ],
    'a variable that is not a string': [
      { environment: { SEATS: 5 } },
      /: environment\.SEATS: expected a string, got 5\./,
    ],
    'a secret that is not a string': [
      { secrets: { KEY: ['k-1'] } },
      /: secrets\.KEY: expected a string, got an array\./,
    ],
    'a clock of another kind': [
      { clock: true },
      /: clock: expected a Date, milliseconds or a text, got a boolean\./,
    ],
    'an event that is null': [{ event: null }, /: event: expected an object, got null\./],
    'an answer of another kind': [
      { answers: { 'https://crm.example/*': 'gold' } },
      /: answers\["https:\/\/crm\.example\/\*"\]: expected an object, got a string\./,
    ],
    'an unknown member of an answer': [
      { answers: { 'https://crm.example/*': { bodi: 'gold' } } },
      /: answers\["https:\/\/crm\.example\/\*"\]\.bodi does not exist\.\nDid you mean body\?/,
    ],
    'options that are not an object': [null, /^The options of runWorkflow: expected an object, got null\./],
  }
  for (const [name, [options, message]] of Object.entries(wrong)) {
    test(`rejects ${name}`, async (t) => {
      await assert.rejects(run(await workflowFile(t), options), { code: 'usage', message })
    })
  }

  test('rejects a subject that is neither a file nor a case', async () => {
    for (const subject of [undefined, null, 5, '', [], new URL('https://example.com/tokensWorkflow.ts')])
      await assert.rejects(run(subject), {
        code: 'usage',
        message: /^runWorkflow needs the file of a workflow or a case, got /,
      })
  })
})

test('takes a file as a path, a URL, the text of a URL, and a URL of another global object', async (t) => {
  const file = await workflowFile(t)
  const url = pathToFileURL(file)
  const foreign: unknown = runInContext(`({ href: ${JSON.stringify(url.href)} })`, createContext())
  for (const subject of [file, url, url.href, foreign])
    assert.equal((await run(subject, { answers, clock: undefined })).accessToken?.after?.['plan'], 'gold')
})

describe('the function of an answer', () => {
  test('may be asynchronous', async (t) => {
    const answer = async () => {
      await Promise.resolve()
      return { body: 'silver' }
    }
    const { accessToken } = await runWorkflow(await workflowFile(t), {
      event: signInEvent(),
      answers: { 'https://crm.example/*': answer },
    })
    assert.equal(accessToken.after?.['plan'], 'silver')
  })

  for (const returned of [undefined, 'gold', new Response('gold'), { bodi: 'gold' }, { status: 99 }]) {
    test(`fails the test when it returns ${String(JSON.stringify(returned))}`, async (t) => {
      const file = await workflowFile(t)
      await assert.rejects(run(file, { answers: { 'https://crm.example/*': () => returned } }), {
        code: 'usage',
        message: /^What the function of answers\["https:\/\/crm\.example\/\*"\] returned: /,
      })
    })
  }
})

test('lets a call fail as it does when the server is down, and the workflow go on', async (t) => {
  const file = await workflowFile(t)
  for (const error of ['fetch_failed', 'fetch_timeout', 'fetch_too_large'] as const) {
    const { outcome, accessToken, calls } = await runWorkflow(file, {
      event: signInEvent(),
      answers: { 'https://crm.example/*': { error } },
    })
    assert.equal(outcome, 'completed')
    assert.match(JSON.stringify(accessToken.after?.['plan']), /the answer .*crm.* is this failure/)
    assert.equal(calls[0]?.error?.code, error)
  }
})

test('names the address that a call was redirected to when that has no answer', async (t) => {
  const redirect = { status: 302, headers: { location: 'https://other.example/plans' } }
  await assert.rejects(run(await workflowFile(t), { answers: { 'https://crm.example/*': redirect } }), {
    code: 'answer_missing',
    message:
      /^https:\/\/other\.example\/plans, to which GET https:\/\/crm\.example\/plans is redirected, has no answer in this test\./,
  })
})

test('rejects overrides of an event that are of another kind than the member', () => {
  const wrong: readonly (readonly [unknown, string])[] = [
    [null, 'What differs in an event is an object, got null.'],
    [{ request: { auth: { scope: 'openid' } } }, 'request.auth.scope: expected an array, got a string.'],
    [{ context: { user: 'kp_1' } }, 'context.user: expected an object, got a string.'],
    [{ context: { user: null } }, 'context.user: expected an object, got null.'],
    [
      { request: { authUrlParams: { loginHint: 5 } } },
      'request.authUrlParams.loginHint: expected a string, got a number.',
    ],
    [{ constructor: {} }, 'constructor: an event of this trigger has no such member.'],
  ]
  for (const [overrides, message] of wrong)
    assert.throws(() => (signInEvent as (given: unknown) => unknown)(overrides), {
      code: 'event_invalid',
      message,
    })
  assert.throws(() => (m2mEvent as (given: unknown) => unknown)({ request: { ip: 5 } }), {
    code: 'event_invalid',
  })
})
