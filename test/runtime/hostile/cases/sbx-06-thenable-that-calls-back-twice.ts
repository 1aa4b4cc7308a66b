// SBX-06 | completed | a thenable that resolves, rejects and throws
// claims: {"permissions":["read:reports"],"feature_flags":{},"once":true}
export const workflowSettings = { id: 'sbx-06-thenable-that-calls-back-twice', trigger: 'user:tokens_generation' }

export default function () {
  kinde.accessToken.setCustomClaim('once', true)
  return {
    then(resolve, reject) {
      resolve('first')
      reject(new Error('second'))
      resolve('third')
      throw new Error('fourth')
    },
  }
}
