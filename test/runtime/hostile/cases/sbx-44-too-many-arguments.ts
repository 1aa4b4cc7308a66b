// SBX-44 | completed or threw | a binding called with fifty thousand arguments
export const workflowSettings = { id: 'sbx-44-too-many-arguments', trigger: 'user:tokens_generation' }

export default async function () {
  const many = new Array(50_000).fill('x')
  kinde.accessToken.setCustomClaim(...many)
  kinde.env.get.apply(null, many)
  setTimeout(() => {}, 0, ...many)
}
