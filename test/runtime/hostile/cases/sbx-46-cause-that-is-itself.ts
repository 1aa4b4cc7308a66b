// SBX-46 | threw | an error that is its own cause, inside huge aggregates
// rss: 64
export const workflowSettings = { id: 'sbx-46-cause-that-is-itself', trigger: 'user:tokens_generation' }

export default async function () {
  const error = new AggregateError(new Array(50_000).fill(new Error('one of many')), 'many')
  error.cause = error
  throw new SuppressedError(error, error, 'suppressed')
}
