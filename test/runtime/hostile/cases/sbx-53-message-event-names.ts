// SBX-53 | completed | names by which a thread would talk to its parent
// claims: {"permissions":["read:reports"],"feature_flags":{},"found":[]}
export const workflowSettings = { id: 'sbx-53-message-event-names', trigger: 'user:tokens_generation' }

export default async function () {
  const names = ['postMessage', 'parentPort', 'onmessage', 'self', 'Worker', 'MessageChannel', 'BroadcastChannel', 'close', 'host', 'std', 'os', 'scriptArgs', 'print', 'gc', 'Buffer', 'process', 'global', 'Deno', 'Bun', '__quickjs']
  kinde.accessToken.setCustomClaim('found', names.filter((name) => globalThis[name] !== undefined && globalThis[name] !== globalThis))
}
