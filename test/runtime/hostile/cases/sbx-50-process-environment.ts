// SBX-50 | threw | the environment of the process that built the workflow
// error: /process is not defined/
export const workflowSettings = { id: 'sbx-50-process-environment', trigger: 'user:tokens_generation' }

export default async function () {
  return process.env.PATH
}
