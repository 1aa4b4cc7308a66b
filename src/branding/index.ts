export {
  brandingFields,
  brandingFileKinds,
  parseBranding,
  themes,
  type Branding,
  type BrandingField,
  type BrandingFileKind,
  type BrandingOwner,
} from './branding.ts'
export {
  black,
  edgeContrast,
  hexOf,
  hslOf,
  mixed,
  parseColour,
  readable,
  textContrast,
  textOn,
  white,
  worstContrast,
  type Colour,
} from './colour.ts'
export { contrastProblems, contrastText, type ContrastProblem } from './contrast-problems.ts'
export {
  imageExtension,
  imageProblem,
  imageTypeOf,
  isImageType,
  mostImageBytes,
  type ImageType,
} from './image.ts'
export { palettes, type Palette } from './palette.ts'
export { resolvedBranding } from './resolved.ts'
