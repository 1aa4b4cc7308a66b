// SBX-28 | completed | __proto__ in the JSON of an answer
// claims: {"permissions":["read:reports"],"feature_flags":{},"found":"undefined"}
export const workflowSettings = { id: 'sbx-28-pollution-through-an-answer', trigger: 'user:tokens_generation' }

export default async function () {
  const { json } = await kinde.fetch(kinde.env.get('ALLOWED').value + '/pollute')
  const merged = Object.assign({}, json)
  kinde.accessToken.setCustomClaim('found', typeof {}.polluted)
  return merged
}
