// `node bench/management/workflow-read.ts [--quick]`: what `createKindeAPI` and one read of permissions add to a workflow. Two servers in this process
// issue the same machine token, one with a workflow that asks the management API and one with the same workflow without that; they take
// turns. Prints p50 and p95 in milliseconds of both, the difference and the ratio, and the processor time of each, which other work on the machine
// hardly changes. Goal: at most 2 ms at p50.
import { parseArgs } from 'node:util'
import { decodeJwt } from 'jose'
import { machine, makeProject, tokenOf } from './world.ts'

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' } } })
const rounds = options.quick === true ? 200 : 2_000
const warmUp = 100
const audience = 'https://api.reports.example'

const asking = `const api = await createKindeAPI(event)
  const { data } = await api.get({ endpoint: 'organizations/org_looms/users/kp_ada/permissions' })
  const permissions = data.permissions.map(({ key }) => key)`
const withoutAsking = `const permissions = ['read:looms', 'write:looms']`

const workflow = (permissions: string) => `import { createKindeAPI } from '@kinde/infrastructure'
export const workflowSettings = {
  id: 'machine',
  trigger: 'm2m:token_generation',
  bindings: { 'kinde.m2mToken': {}, 'kinde.fetch': {}, 'kinde.env': {}, 'kinde.secureFetch': {}, 'kinde.cache': {}, url: {} },
}
export default async function (event) {
  ${permissions}
  kinde.m2mToken.setCustomClaim('looms', permissions.toSorted())
  if (false) await createKindeAPI(event)
}
`

const file = `applications:
  machine:
    type: m2m
    clientId: ${machine.id}
    clientSecret: ${machine.secret}
    apis: [{ audience: '\${issuer}/api' }, { audience: '${audience}' }]
apis: { reports: { audience: '${audience}' } }
permissions: { 'read:looms': {}, 'write:looms': {} }
roles: { weaver: { permissions: ['read:looms', 'write:looms'] } }
organizations: { looms: { code: org_looms } }
users: [{ id: kp_ada, email: ada@example.com, organizations: { looms: { roles: [weaver] } } }]
environmentVariables:
  KINDE_WF_M2M_CLIENT_ID: { value: ${machine.id} }
  KINDE_WF_M2M_CLIENT_SECRET: { value: ${machine.secret}, isSecret: true }
`

const projects = await Promise.all(
  [withoutAsking, asking].map((permissions) =>
    makeProject({
      'mintage.yaml': file,
      'kindeSrc/environment/workflows/machineWorkflow.ts': workflow(permissions),
    }),
  ),
)
const servers = await Promise.all(projects.map((project) => project.open()))
try {
  const times: number[][] = [[], []]
  const processorMs = [0, 0]
  for (let round = 0; round < rounds + warmUp; round += 1)
    for (const [side, { issuer }] of servers.entries()) {
      const from = performance.now()
      const usedBefore = process.cpuUsage()
      // oxlint-disable-next-line no-await-in-loop -- one request at a time, in turn
      const token = await tokenOf(issuer, audience)
      if (round >= warmUp) {
        times[side]?.push(performance.now() - from)
        const { user, system } = process.cpuUsage(usedBefore)
        processorMs[side] = (processorMs[side] ?? 0) + (user + system) / 1_000 / rounds
      }
      const claim = JSON.stringify(decodeJwt(token)['looms'])
      if (claim !== '["read:looms","write:looms"]') throw new Error(`the token says ${claim}`)
    }
  const [alone, reading] = times.map((side) => side.toSorted((a, b) => a - b))
  const at = (side: readonly number[] | undefined, share: number) =>
    side?.[Math.floor(side.length * share)] ?? 0
  const shown = (share: number) => `${at(alone, share).toFixed(2)} → ${at(reading, share).toFixed(2)} ms`
  const added = at(reading, 0.5) - at(alone, 0.5)
  console.log(`a machine token, one after the other: p50 ${shown(0.5)}, p95 ${shown(0.95)}`)
  const [ofAlone = 0, ofReading = 0] = processorMs
  console.log(
    `processor time of the process, client included: ${ofAlone.toFixed(2)} → ${ofReading.toFixed(2)} ms`,
  )
  console.log(
    `createKindeAPI and one read of permissions add ${added.toFixed(2)} ms at p50 (${(at(reading, 0.5) / at(alone, 0.5)).toFixed(2)} times); goal: at most 2 ms`,
  )
} finally {
  for (const server of servers) await server.close()
  for (const project of projects) await project.remove()
}
