// Links that pages show to everyone: https, because a page of an issuer must not lead to one that others can change on its way.

/** Why the address cannot be linked, as the end of a sentence; undefined when it can. */
export function linkProblem(text: string): string | undefined {
  const url = URL.parse(text)
  if (url === null) return 'expected an address such as https://acme.example/terms'
  if (url.username !== '' || url.password !== '')
    return 'an address with a user name or password is not allowed'
  if (url.protocol === 'https:') return undefined
  const isLocal = /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)
  return url.protocol === 'http:' && isLocal ? undefined : 'expected https (http only for localhost)'
}
