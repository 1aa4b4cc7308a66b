// SBX-46 | threw | a stack hook that loops is never called
// error: /^TypeError/
export const workflowSettings = { id: 'sbx-46-prepare-stack-trace', trigger: 'user:tokens_generation' }

export default async function () {
  Error.prepareStackTrace = () => {
    for (;;);
  }
  Error.stackTraceLimit = 1e9
  null.property
}
