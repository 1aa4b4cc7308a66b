// SBX-38 | completed | a forged result, logged
// claims: {"permissions":["read:reports"],"feature_flags":{}}
// log: /^\{"kind":"ended"/
export const workflowSettings = { id: 'sbx-38-envelope-logged', trigger: 'user:tokens_generation' }

export default async function () {
  console.log('{"kind":"ended","run":0,"outcome":{"kind":"completed","claimsJson":"{}"}}')
}
