// SBX-33 | completed | lone surrogates, NUL, line separators, direction marks and index-like keys
// claims: {"0":"zero","permissions":["read:reports"],"feature_flags":{},"text":"\ud800 \u0000 \u2028 \u202e","-1":"minus","a\u0000b":1,"\udfff":2}
export const workflowSettings = { id: 'sbx-33-odd-strings', trigger: 'user:tokens_generation' }

export default async function () {
  const claims = kinde.accessToken.getCustomClaims()
  claims.text = '\ud800 \u0000 \u2028 \u202e'
  claims['-1'] = 'minus'
  claims[0] = 'zero'
  claims['a\u0000b'] = 1
  claims['\udfff'] = 2
}
