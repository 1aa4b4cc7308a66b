// SBX-10 | completed | nothing tells a workflow when garbage is collected
// claims: {"permissions":["read:reports"],"feature_flags":{},"types":["undefined","undefined"]}
export const workflowSettings = { id: 'sbx-10-no-finalizers', trigger: 'user:tokens_generation' }

export default async function () {
  const types = [typeof globalThis.FinalizationRegistry, typeof globalThis.WeakRef]
  kinde.accessToken.setCustomClaim('types', types)
}
