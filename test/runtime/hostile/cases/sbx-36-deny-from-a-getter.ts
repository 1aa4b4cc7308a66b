// SBX-36 | denied | a denial while the claims are being written
// error: /^from a getter$/
export const workflowSettings = { id: 'sbx-36-deny-from-a-getter', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.setCustomClaim('late', {
    get value() {
      kinde.auth.denyAccess('from a getter')
      return 1
    },
  })
}
