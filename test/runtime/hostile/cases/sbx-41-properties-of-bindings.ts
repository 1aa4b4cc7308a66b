// SBX-41 | completed | hidden, symbolic and inherited properties of every binding
// claims: {"permissions":["read:reports"],"feature_flags":{},"odd":[]}
export const workflowSettings = { id: 'sbx-41-properties-of-bindings', trigger: 'user:tokens_generation' }

export default async function () {
  const odd = []
  for (const [name, binding] of Object.entries(kinde)) {
    for (const key of Reflect.ownKeys(binding)) {
      const { get, set, value } = Reflect.getOwnPropertyDescriptor(binding, key)
      if (typeof key === 'symbol' || get || set) odd.push(name + '.' + String(key))
      if (typeof value === 'object' && Object.keys(value ?? {}).length > 0) odd.push(name + '.' + key)
    }
  }
  kinde.accessToken.setCustomClaim('odd', odd)
}
