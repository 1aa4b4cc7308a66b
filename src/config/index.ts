export {
  environmentVariable,
  leaveTestRunner,
  readEnvironment,
  readStarters,
  type ProcessSettings,
  type Starters,
} from './environment.ts'
export { MintageFileError } from './file-problem.ts'
export { mintageJsonSchema } from './mintage-json-schema.ts'
export { mintageYamlReference } from './mintage-yaml-reference.ts'
export {
  mintageValueProblems,
  parseMintageYaml,
  readMintageFile,
  readMintageValue,
  refuseMintageFile,
} from './mintage-file.ts'
export {
  brandingFileKey,
  brandingOfFile,
  picturesOfFile,
  type GivenBranding,
  type GivenPicture,
} from './schema/branding.ts'
export { issuerPlaceholder } from './schema/fields.ts'
export type { MintageFile, MintageSettings } from './schema/mintage-file.ts'
export type { ValueProblem } from './schema-problems.ts'
export { Secret } from './secret.ts'
export { yamlText } from './yaml-source.ts'
export { readClientCredentials, readKindeCredentials, type ClientCredentials } from './client-credentials.ts'
export { defaultFileRunSettings, readRunSettings, type FileRunSettings } from './run-settings.ts'
export { readServerEnvironment } from './server-environment.ts'
