// How a place inside a token's claims is written in messages: `accessToken.profile["first name"][0]`.

/** A path grown by one object key. Keys are shortened: they come from the guest. */
export function memberPath(parent: string, key: string): string {
  if (/^[A-Za-z_$][\w$]{0,99}$/.test(key)) return `${parent}.${key}`
  const shown = key.length > 100 ? `${key.slice(0, 99)}…` : key
  return `${parent}[${JSON.stringify(shown.toWellFormed())}]`
}

export function itemPath(parent: string, index: number): string {
  return `${parent}[${index}]`
}
