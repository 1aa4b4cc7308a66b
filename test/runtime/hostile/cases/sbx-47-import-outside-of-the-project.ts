// SBX-47 | refused import_unresolved | an import of a file outside of the project
export const workflowSettings = { id: 'sbx-47-import-outside-of-the-project', trigger: 'user:tokens_generation' }

import * as outside from '../../../../package.json'

export default async function () {
  return outside
}
