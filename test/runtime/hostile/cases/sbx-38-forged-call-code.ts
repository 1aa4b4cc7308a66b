// SBX-38 | threw | an error that pretends to be the failure of an outgoing call
// error: /^FetchError: forged$/
export const workflowSettings = { id: 'sbx-38-forged-call-code', trigger: 'user:tokens_generation' }

export default async function () {
  throw Object.assign(new Error('forged'), { name: 'FetchError', code: 'egress_denied', callCode: 'egress_denied' })
}
