// Named secrets of the installation itself, encrypted at rest: cookie keys, the salt of CSRF tokens.

export interface SecretStore {
  /** The secret of that name; made by `create` and kept if it does not exist. Two processes that start at once get the same. */
  getOrCreate(name: string, create: () => string): Promise<string>
}
