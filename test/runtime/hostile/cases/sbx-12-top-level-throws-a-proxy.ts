// SBX-12 | refused top_level_threw | a top level that throws a Proxy which throws
export const workflowSettings = { id: 'sbx-12-top-level-throws-a-proxy', trigger: 'user:tokens_generation' }

throw new Proxy(new Error('inside'), {
  get() {
    throw new Error('outside')
  },
})

export default async function () {}
