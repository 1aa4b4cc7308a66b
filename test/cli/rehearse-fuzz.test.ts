// `mintage rehearse --fuzz`: events that are valid and rare, and the smallest that breaks a workflow as a case.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { exitCodes } from '../../src/cli/index.ts'
import { openFolder, workflow, type Folder } from './mintage.ts'

const documentSchema = z.object({
  seed: z.int(),
  workflows: z.array(
    z.object({
      trigger: z.string(),
      runs: z.int(),
      denied: z.int(),
      notJudged: z.int(),
      finding: z
        .object({
          error: z.object({ code: z.string(), at: z.object({ line: z.int().optional() }).optional() }),
          case: z.looseObject({
            before: z.record(z.string(), z.record(z.string(), z.json())),
            environment: z.record(z.string(), z.object({ value: z.string() })),
          }),
        })
        .nullable(),
    }),
  ),
})

const file = 'kindeSrc/environment/workflows/tokensWorkflow.ts'

function project(body: string, more: Readonly<Record<string, string>> = {}): Promise<Folder> {
  return openFolder({ 'kinde.json': '{ "rootDir": "kindeSrc" }', [file]: workflow(body), ...more })
}

async function fuzzed(folder: Folder, ...args: string[]) {
  const { code, stdout, stderr } = await folder.mintage('rehearse', '--fuzz', '--json', ...args)
  assert.notEqual(stdout, '', stderr)
  return { code, ...documentSchema.parse(JSON.parse(stdout)) }
}

describe('mintage rehearse --fuzz', () => {
  test('finds the user that a workflow did not expect, and shrinks to nothing but that', async () => {
    await using folder = await project(`
      if (token.roles !== undefined && token.roles.length > 40) throw new Error('too many roles')`)
    const { code, workflows } = await fuzzed(folder, '--seed', '7')
    assert.equal(code, exitCodes.failed)
    const [{ finding } = { finding: null }] = workflows
    assert.equal(finding?.error.code, 'workflow_threw')
    assert.equal(finding.error.at?.line, 10)
    const { accessToken = {} } = finding.case.before
    assert.ok(Array.isArray(accessToken['roles']))
    assert.equal(accessToken['roles'].length, 41)
    assert.deepEqual(accessToken['feature_flags'], undefined)
  })

  test('writes the smallest event as a case that mintage run breaks on, too', async () => {
    await using folder = await project(`
      token.initial = kinde.idToken.getCustomClaims().given_name[0]`)
    const found = await folder.mintage('rehearse', '--fuzz', '--seed', '7', '--case', 'broken.json')
    assert.equal(found.code, exitCodes.failed)
    assert.match(found.stdout, /tokens {2}user:tokens_generation: broken \(\d+ events, seed 7\)/)
    assert.match(
      found.stdout,
      /The smallest event that breaks it is in broken\.json: mintage run broken\.json/,
    )
    assert.match(found.stderr, /error\[workflow_threw\].*\n.*tokensWorkflow\.ts:10:/)
    const again = await folder.mintage('run', 'broken.json')
    assert.equal(again.code, exitCodes.failed)
    assert.match(again.stderr, /error\[workflow_threw\]/)
  })

  test('tries the same events with the same seed', async () => {
    await using folder = await project(`if (token.org_code !== undefined) throw new Error('no')`)
    const [one, other] = [
      await fuzzed(folder, '--seed', '11', '--runs', '50'),
      await fuzzed(folder, '--seed', '11', '--runs', '50'),
    ]
    assert.deepEqual(one, other)
  })

  test('reports no failure of a workflow that takes all users, and counts denials as decisions', async () => {
    await using folder = await project(`
      if (token.org_code === undefined) kinde.auth.denyAccess('Choose an organization.')
      token.letters = [...(kinde.idToken.getCustomClaims().name ?? '')].length`)
    const { code, workflows } = await fuzzed(folder, '--seed', '3', '--runs', '60')
    assert.equal(code, exitCodes.ok)
    const [{ runs, denied, finding } = { runs: 0, denied: 0, finding: null }] = workflows
    assert.deepEqual({ runs, finding }, { runs: 60, finding: null })
    assert.ok(denied > 0)
  })

  test('counts runs that call out as not judged, and judges them with --answer', async () => {
    await using folder = await project(
      `
      const plan = await kinde.fetch('https://crm.example/plan?user=' + event.context.user.id)
      token.plan = plan.json.name.toUpperCase()`,
      { 'plan.json': '{ "name": null }' },
    )
    const without = await fuzzed(folder, '--seed', '3', '--runs', '20')
    assert.equal(without.code, exitCodes.ok)
    assert.equal(without.workflows[0]?.notJudged, 20)
    const answer = ['--answer', 'https://crm.example/plan?*=plan.json']
    const given = await fuzzed(folder, '--seed', '3', '--runs', '20', ...answer)
    assert.equal(given.code, exitCodes.failed)
    assert.equal(given.workflows[0]?.finding?.error.code, 'workflow_threw')
  })

  test('knows which claims the applications of mintage.yaml switch on, and masks secrets in a case', async () => {
    const applications = (claims: string) => `
applications:
  web: { type: reg, redirectUris: ['http://localhost:3000/callback'], tokens: { accessToken: [${claims}] } }
environmentVariables:
  CRM_KEY: { value: swordfish, isSecret: true }`
    await using folder = await project(
      `
      if (kinde.env.get('CRM_KEY').value !== 'swordfish') throw new Error('no key')
      if (token.org_code !== undefined) token.first = token.roles[0]?.key ?? ''`,
      { 'mintage.yaml': applications('roles') },
    )
    const seed = ['--seed', '5', '--runs', '100']
    assert.equal((await fuzzed(folder, ...seed)).workflows[0]?.finding, null)
    await folder.write('mintage.yaml', applications(''))
    const { workflows } = await fuzzed(folder, ...seed)
    const [{ finding } = { finding: null }] = workflows
    assert.equal(finding?.error.code, 'workflow_threw')
    assert.equal(finding.case.environment['CRM_KEY']?.value, 'masked')
  })

  test('says what is wrong with its options and with a project that does not build', async () => {
    await using folder = await project(`token.x = `)
    const wrong = [
      [
        ['rehearse', '--fuzz', '--runs', 'many'],
        /--runs needs a whole number from 1 to 1000000/,
        exitCodes.usage,
      ],
      [['rehearse', '--fuzz', '--seed', '-1'], /--seed needs a value/, exitCodes.usage],
      [['rehearse', '--fuzz', '--with', '..'], /error\[project_not_found\]/, exitCodes.build],
      [['rehearse', '--fuzz'], /error\[workflow_syntax\]/, exitCodes.build],
    ] as const
    for (const [args, text, code] of wrong) {
      const result = await folder.mintage(...args)
      assert.match(result.stderr, text)
      assert.equal(result.code, code, args.join(' '))
    }
  })
})
