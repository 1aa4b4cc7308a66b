// SBX-45 | completed | intrinsics replaced by ones that never come back
// claims: {"permissions":["read:reports"],"feature_flags":{},"tier":"gold"}
export const workflowSettings = { id: 'sbx-45-intrinsics-that-loop', trigger: 'user:tokens_generation' }

export default async function () {
  const loops = () => {
    for (;;);
  }
  JSON.stringify = loops
  JSON.parse = loops
  Array.prototype[Symbol.iterator] = loops
  Array.prototype.push = loops
  Promise.prototype.then = loops
  Function.prototype.call = loops
  Function.prototype.apply = loops
  RegExp.prototype.exec = loops
  Object.keys = loops
  String.prototype.slice = loops
  Map.prototype.get = loops
  Reflect.apply = loops
  Error.prepareStackTrace = loops
  console.log('%o', { a: [1, 2, 3] })
  kinde.accessToken.setCustomClaim('tier', 'gold')
}
