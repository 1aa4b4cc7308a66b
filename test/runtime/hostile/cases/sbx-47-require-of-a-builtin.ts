// SBX-47 | refused import_needs_builtin or refused import_unresolved | an import of a module of Node's
export const workflowSettings = { id: 'sbx-47-require-of-a-builtin', trigger: 'user:tokens_generation' }

import { readFileSync } from 'node:fs'

export default async function () {
  return readFileSync('/etc/passwd', 'utf8')
}
