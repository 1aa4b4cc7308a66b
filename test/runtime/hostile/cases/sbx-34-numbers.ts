// SBX-34 | completed | numbers at the edge of what a double holds
// claims: {"permissions":["read:reports"],"feature_flags":{},"numbers":[9007199254740992,1.7976931348623157e+308,5e-324,1e21],"text":"1e999"}
export const workflowSettings = { id: 'sbx-34-numbers', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.setCustomClaim('numbers', [2 ** 53 + 1, Number.MAX_VALUE, Number.MIN_VALUE, 1e21])
  kinde.accessToken.setCustomClaim('text', '1e999')
}
