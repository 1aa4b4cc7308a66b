export {
  keepKeys,
  keyState,
  longestUseMs,
  retireKey,
  rotateKeys,
  type KeyState,
  type Rotated,
} from './rotation.ts'
export { openSigningKeys, type SigningKeys } from './signing-keys.ts'
export { accessTokenType, typeConflict } from './token-kinds.ts'
export { accessTokenHash, openTokenSigner, type TokenSigner } from './token-signer.ts'
