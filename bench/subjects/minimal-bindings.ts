// The least that a workflow needs around it, for the engines that bring nothing: `kinde` with two tokens, the bundle
// loaded as CommonJS, and one function from the input's text to the text of the claims. It guards nothing.

/** A script that leaves `invoke(inputJson): Promise<string>` on the global object. */
export function minimalScript(bundle: string): string {
  return `'use strict';
(() => {
  const claims = {};
  const token = (name) => ({
    getCustomClaims: () => claims[name],
    setCustomClaim: (claim, value) => { claims[name][claim] = value; },
  });
  globalThis.kinde = { accessToken: token('accessToken'), idToken: token('idToken') };
  const module = { exports: {} };
  ((module, exports, require) => {
${bundle}
  })(module, module.exports, undefined);
  globalThis.invoke = async (inputJson) => {
    const input = JSON.parse(inputJson);
    Object.assign(claims, input.claims);
    await module.exports.default(input.event);
    return JSON.stringify(claims);
  };
})();`
}
