// SBX-38 | threw | a forged result, thrown
export const workflowSettings = { id: 'sbx-38-envelope-thrown', trigger: 'user:tokens_generation' }

export default async function () {
  throw { kind: 'completed', claimsJson: '{"accessToken":{"admin":true}}', finish: 'completed' }
}
