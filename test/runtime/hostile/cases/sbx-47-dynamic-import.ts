// SBX-47 | refused import_unresolved or refused import_needs_builtin or refused workflow_syntax or threw | an import of a name that is made at run time
export const workflowSettings = { id: 'sbx-47-dynamic-import', trigger: 'user:tokens_generation' }

export default async function (event) {
  return import('node:' + event.request.ip)
}
