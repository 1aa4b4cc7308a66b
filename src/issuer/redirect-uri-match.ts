// Whether an address is one that was registered (RFC 6749 §3.1.2.3, RFC 9700 §2.1): to the letter, but for one `*` as the leftmost
// label of the host, which stands for exactly one label (C§1).
export function redirectUriMatches(registered: string, given: string): boolean {
  if (!registered.includes('*')) return registered === given
  const [before = '', after = ''] = registered.split('*')
  if (!given.startsWith(before) || !given.endsWith(after)) return false
  return /^[a-z0-9-]{1,63}$/.test(given.slice(before.length, given.length - after.length))
}
