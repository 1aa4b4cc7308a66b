// SBX-14 | completed | a workflow has no way to start another run
// claims: {"permissions":["read:reports"],"feature_flags":{},"ways":[]}
export const workflowSettings = { id: 'sbx-14-runs-that-start-runs', trigger: 'user:tokens_generation' }

export default async function self(event) {
  const names = ['invoke', 'run', 'trigger', 'start', 'spawn', 'mint', 'sandbox', 'workflow']
  const owners = [globalThis, kinde, kinde.accessToken, kinde.auth, module, event]
  kinde.accessToken.setCustomClaim('ways', names.filter((name) => owners.some((owner) => name in owner)))
}
