// The demo as a project of a test's own: with other settings, or with another workflow.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { demoProjectDir } from '../../src/app/index.ts'
import { makeProject } from './temp-project.ts'

export const workflowPath = 'kindeSrc/environment/workflows/tokensWorkflow.ts'

interface DemoChanges {
  /** The lines below `settings:` of mintage.yaml, in place of the demo's. */
  readonly settings?: string
  readonly workflow?: string
}

/** Resolves to the folder. */
export async function demoProject(t: TestContext, { settings, workflow }: DemoChanges): Promise<string> {
  const text = (path: string) => readFile(join(demoProjectDir, path), 'utf8')
  const yaml = await text('mintage.yaml')
  return makeProject(t, {
    'kinde.json': await text('kinde.json'),
    [workflowPath]: workflow ?? (await text(workflowPath)),
    'mintage.yaml':
      settings === undefined ? yaml : yaml.replace(/^settings:\n(?:  .*\n|\n)*/m, `settings:\n${settings}\n`),
  })
}

/** A workflow of the demo with this body; what a workflow may use is declared. */
export function demoWorkflow(body: string): string {
  return `
export const workflowSettings = {
  id: 'demoTokens',
  trigger: 'user:tokens_generation',
  bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {}, 'kinde.auth': {} },
}
export default async function (event) {
  ${body}
}
`
}
