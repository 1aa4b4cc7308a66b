// A server over a project that consists of one mintage.yaml: what the file says is what an operator can reach.
import type { Lifetime } from './http-server.ts'
import { openTestServer, type TestServer } from './running-server.ts'
import { makeProject } from './temp-project.ts'

export async function openProjectServer(lifetime: Lifetime, mintageYaml: string): Promise<TestServer> {
  const files = { 'kinde.json': '{"rootDir": "kindeSrc"}', 'mintage.yaml': mintageYaml }
  const projectDir = await makeProject(lifetime, files)
  return openTestServer(lifetime, { settings: { projectDir, isDemo: false } })
}
