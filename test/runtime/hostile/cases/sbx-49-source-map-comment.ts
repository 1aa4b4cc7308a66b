// SBX-49 | threw | comments that point to maps and sources of the host
// error: /^Error: where$/
export const workflowSettings = { id: 'sbx-49-source-map-comment', trigger: 'user:tokens_generation' }

export default async function () {
  throw new Error('where')
}
//# sourceMappingURL=file:///etc/passwd
//# sourceURL=javascript:alert(1)
