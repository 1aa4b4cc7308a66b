// SBX-47 | completed or refused workflow_syntax | import.meta shows nothing of the machine
// claims: {"permissions":["read:reports"],"feature_flags":{},"url":"undefined","filename":"undefined","dirname":"undefined"}
export const workflowSettings = { id: 'sbx-47-import-meta', trigger: 'user:tokens_generation' }

export default async function () {
  const { url, filename, dirname } = import.meta
  kinde.accessToken.setCustomClaim('url', typeof url)
  kinde.accessToken.setCustomClaim('filename', typeof filename)
  kinde.accessToken.setCustomClaim('dirname', typeof dirname)
}
