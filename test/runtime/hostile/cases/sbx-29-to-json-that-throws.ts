// SBX-29 | threw | toJSON that throws
// error: /^TypeError: from toJSON$/
export const workflowSettings = { id: 'sbx-29-to-json-that-throws', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.idToken.setCustomClaim('bad', {
    toJSON() {
      throw new TypeError('from toJSON')
    },
  })
}
