/** Of an address to call, in characters, whether a workflow gives it or a redirect. Nothing looks at a longer one. */
export const longestAddress = 16_384
