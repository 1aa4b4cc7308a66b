// SBX-28 | completed | enumerable names on Object.prototype and Array.prototype
// claims: {"permissions":["read:reports"],"feature_flags":{},"list":[1],"tier":"gold"}
export const workflowSettings = { id: 'sbx-28-pollution-of-object-prototype', trigger: 'user:tokens_generation' }

export default async function () {
  Object.prototype.polluted = 1
  Array.prototype.polluted = 1
  Object.prototype.toJSON = () => 'polluted'
  kinde.accessToken.setCustomClaim('list', Object.setPrototypeOf([1], null))
  kinde.accessToken.setCustomClaim('tier', 'gold')
  delete Object.prototype.toJSON
}
