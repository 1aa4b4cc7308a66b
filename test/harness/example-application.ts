// An application as a page of ours shows it, run as its reader would run it: a file of its own beside installed packages, in a process
// of its own. The page speaks of ports 4000 (the issuer) and 3000 (the application); here both are free ones, and the project of the
// issuer is a copy of the demo that registers this application's.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, readFile, symlink, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { exampleFolder } from './examples.ts'
import { repositoryRoot } from './mintage-command.ts'
import { openTestServer } from './running-server.ts'
import { makeProject } from './temp-project.ts'
import { freePort } from './free-port.ts'

export interface DemoIssuer {
  readonly issuer: string
  /** Where the demo's applications are registered to listen. */
  readonly applicationUrl: string
  /** The code or command of a page, for these addresses. */
  here(shown: string): string
}

export async function openDemoIssuer(t: TestContext): Promise<DemoIssuer> {
  const projectDir = await makeProject(t, {})
  await cp(exampleFolder('demo'), projectDir, { recursive: true })
  const applicationUrl = `http://localhost:${await freePort()}`
  const file = `${projectDir}/mintage.yaml`
  const yaml = await readFile(file, 'utf8')
  await writeFile(file, yaml.replaceAll('http://localhost:3000', applicationUrl))
  const { server } = await openTestServer(t, { settings: { projectDir } })
  const { issuer } = server
  return {
    issuer,
    applicationUrl,
    here: (shown) =>
      shown.replaceAll('http://localhost:4000', issuer).replaceAll('http://localhost:3000', applicationUrl),
  }
}

/** Resolves when the application listens. Its code has to end with `.listen(3000)`. */
export async function runApplication(
  t: TestContext,
  code: string,
  { here, applicationUrl }: DemoIssuer,
): Promise<void> {
  const folder = await makeProject(t, { 'package.json': '{ "private": true }' })
  await symlink(`${repositoryRoot}node_modules`, `${folder}/node_modules`)
  const port = new URL(applicationUrl).port
  const listening = here(code).replace('.listen(3000)', `.listen(${port}, () => console.log('listening'))`)
  await writeFile(`${folder}/app.mjs`, listening)
  const child = spawn(process.execPath, [`${folder}/app.mjs`], { stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(child, 'exit')
  t.after(async () => {
    child.kill()
    await exited
  })
  const errors = text(child.stderr)
  const failed = exited.then(async () => {
    throw new Error(`the application ended: ${await errors}`)
  })
  failed.catch(() => {})
  await Promise.race([once(createInterface({ input: child.stdout }), 'line'), failed])
}
