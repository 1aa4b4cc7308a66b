// SBX-29 | completed or claims-invalid | toJSON that gives an object with toJSON
export const workflowSettings = { id: 'sbx-29-to-json-that-gives-itself', trigger: 'user:tokens_generation' }

export default async function () {
  const value = { name: 'x', toJSON: () => value }
  kinde.accessToken.setCustomClaim('self', value)
}
