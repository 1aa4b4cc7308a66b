// SBX-38 | threw or memory-exceeded | an error that calls itself out of memory
export const workflowSettings = { id: 'sbx-38-error-that-looks-like-memory', trigger: 'user:tokens_generation' }

export default async function () {
  throw Object.assign(new Error('out of memory'), { name: 'InternalError', callCode: 'egress_denied', code: 'egress_denied' })
}
