// README.md: what it shows is what one sees, and the application in it signs in.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openDemoIssuer, runApplication } from '../harness/example-application.ts'
import { repositoryRoot } from '../harness/mintage-command.ts'
import { codeBlocks } from '../harness/pages-of-docs.ts'
import { startCommand } from '../harness/serving-command.ts'
import { makeProject } from '../harness/temp-project.ts'
import { userAgent } from '../harness/user-agent.ts'

const readme = fileURLToPath(new URL('../../README.md', import.meta.url))

describe('README.md', () => {
  test('shows what npm start prints', async (t) => {
    const [, shown = ''] = await codeBlocks(readme, '')
    const data = `${await makeProject(t, {})}/data`
    const command = startCommand(t, ['start', '--port', '0', '--data-dir', data], { cwd: repositoryRoot })
    await command.until(/^Ready in/m)
    await command.stop('SIGINT')
    const [printed = ''] = command.output().split('\nStopping')
    assert.equal(steady(printed), steady(shown))
  })

  test('shows an application with Kinde’s SDK that signs in, knows the user and signs out', async (t) => {
    const [code = ''] = await codeBlocks(readme, 'js')
    const demo = await openDemoIssuer(t)
    await runApplication(t, code, demo)
    const { applicationUrl, issuer } = demo
    const browser = userAgent(issuer)

    const start = await fetch(`${applicationUrl}/login`, { redirect: 'manual' })
    let page = await browser.get(start.headers.get('location') ?? '')
    page = await browser.submit(page, '/sign-in', { identifier: 'ada', password: 'sunflower-engine-42' })
    page = await browser.submit(page, '/organization', { org_code: 'org_engines' })
    const signedIn = await fetch(page.location ?? '')
    assert.match(await signedIn.text(), /"email":"ada@example\.com"/)

    const out = await fetch(`${applicationUrl}/logout`, { redirect: 'manual' })
    const left = await browser.get(out.headers.get('location') ?? '')
    assert.equal(left.location, `${applicationUrl}/`)
    assert.match(await (await fetch(applicationUrl)).text(), /Open \/login/)
  })
})

/** Without what differs from start to start. */
function steady(output: string): string {
  return output
    .trimEnd()
    .replaceAll(/http:\/\/localhost:\d+/g, 'ISSUER')
    .replace(/ --data-dir \S+/, '')
    .replace(/dep_\w+/, 'dep_ID')
    .replace(/sqlite .*/, 'sqlite FILE')
    .replace(/Ready in \d+ ms/, 'Ready in N ms')
}
