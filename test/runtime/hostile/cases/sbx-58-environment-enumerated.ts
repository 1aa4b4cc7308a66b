// SBX-58 | completed | the variables of the environment, enumerated
// environment: {"API_SECRET":"hunter2hunter2"}
// claims: {"permissions":["read:reports"],"feature_flags":{},"keys":[],"json":"{}","undeclared":"undefined"}
export const workflowSettings = { id: 'sbx-58-environment-enumerated', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.setCustomClaim('keys', Object.keys(kinde.env).filter((name) => typeof kinde.env[name] !== 'function'))
  kinde.accessToken.setCustomClaim('json', JSON.stringify(kinde.env))
  const odd = ['PATH', '__proto__', 'constructor', 'toString', 'hasOwnProperty']
  kinde.accessToken.setCustomClaim('undeclared', odd.map((name) => typeof kinde.env.get(name)).find((type) => type !== 'undefined') ?? 'undefined')
}
