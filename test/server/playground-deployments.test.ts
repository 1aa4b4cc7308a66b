// Which deployment made what the playground shows: the live one with several workflows, a preview, a canary.
import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { people, rolloutProject } from '../harness/rollout-project.ts'
import { userAgent, type PageShown } from '../harness/user-agent.ts'
import { shownText } from '../harness/visitor.ts'

const password = 'a password of the tests'
const [email = ''] = people

const greeting = `
export const workflowSettings = {
  id: 'greeting', order: 1, trigger: 'user:tokens_generation', bindings: { 'kinde.idToken': {} },
}
export default async function () {
  kinde.idToken.setCustomClaim('greeting', 'hello')
}
`

function section(page: PageShown, title: string): string {
  const found = new RegExp(`<section[^>]*aria-labelledby="${title}".*?</section>`, 's').exec(page.text)?.[0]
  assert.ok(found, `the page has no ${title}`)
  return shownText(found)
}

test('the playground names the deployment of each run: of a sequence, a preview and a canary', async (t) => {
  const project = await rolloutProject(t)
  const settingsFile = join(project.dir, 'mintage.yaml')
  const settings = await readFile(settingsFile, 'utf8')
  const callback = "['http://localhost:9/callback', '${issuer}/playground/callback']"
  await writeFile(settingsFile, settings.replace("['http://localhost:9/callback']", callback))
  const workflows = join(project.dir, 'kindeSrc/environment/workflows')
  await writeFile(join(workflows, 'greetingWorkflow.ts'), greeting)
  const server = await project.open()
  const { store } = server.server
  const [live] = (await store.directory.catalog()).deploymentRoles
  assert.ok(live)
  const agent = userAgent(server.issuer)
  const landing = await agent.get(`${server.issuer}/playground`)
  assert.match(
    section(landing, 'live-title'),
    new RegExp(
      `Live workflows, in the order in which they run .*greetingWorkflow\\.ts .* greeting .*userWorkflow\\.ts .* user .*${live.deploymentId}`,
    ),
  )
  const signIn = await agent.submit(landing, '/playground/sign-in')
  const first = await agent.submit(signIn, '/sign-in', { identifier: email, password })
  assert.match(section(first, 'invocation-title'), new RegExp(live.deploymentId))
  assert.match(section(first, 'steps-title'), /greeting Issued .*user Issued/)

  await rm(join(workflows, 'greetingWorkflow.ts'))
  const id = await server.draft('canary')
  assert.notEqual(id, live.deploymentId)
  const opened = z
    .looseObject({ password: z.string() })
    .parse(await server.call(`POST /mintage/deployments/${id}/preview`, { is_renewed: false }))
  const begun = await fetch(`${server.issuer}/playground/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: `mintage_playground=${agent.cookies.get('mintage_playground') ?? ''}` },
    body: new URLSearchParams({ csrf: /name="csrf" value="([^"]*)"/.exec(first.text)?.[1] ?? '' }),
  })
  const request = begun.headers.get('location') ?? ''
  const question = await agent.get(`${request}&deploy_id=${id}`)
  const previewed = await agent.submit(question, '/preview', { preview_password: opened.password })
  assert.match(section(previewed, 'invocation-title'), new RegExp(id))
  const ofPreview = section(previewed, 'comparison-title')
  assert.match(ofPreview, new RegExp(`Earlier .*${live.deploymentId}.*Later .*${id}`))
  assert.match(ofPreview, /version Changed Earlier &quot;live&quot; Later &quot;canary&quot;/)

  await server.call(`DELETE /mintage/deployments/${id}/preview`)
  await server.call(`POST /mintage/deployments/${id}/canary`, { percent: 100 })
  await t.waitFor(() => assert.ok(server.logLines.some((line) => line.includes('"role":"canary"'))), {
    timeout: 60_000,
  })
  const ofCanary = await agent.submit(await agent.get(`${server.issuer}/playground`), '/playground/silent')
  assert.match(section(ofCanary, 'invocation-title'), new RegExp(`Existing session.*${id}`))
  // What serves the others stays named as the live one.
  assert.match(section(ofCanary, 'live-title'), new RegExp(live.deploymentId))
})
