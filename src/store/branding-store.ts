// How pages and mails look: a document for the environment, and for each application and organization that has one, with its files (logos and
// favicons). Read by key: organizations are many. Rules (contrast, what an image is) are branding/'s and directory/'s.
import type { Branding, BrandingFileKind, BrandingOwner, ImageType } from '../branding/index.ts'

export interface BrandingFileRecord {
  readonly kind: BrandingFileKind
  readonly contentType: ImageType
  /** SHA-256 of the bytes, in hexadecimal digits. */
  readonly hash: string
}

export interface BrandingRecord {
  readonly owner: BrandingOwner
  /** Raised by each `put-branding`; 0 when nothing is stored. */
  readonly version: number
  readonly branding: Branding
  /** Without their bytes. */
  readonly files: readonly BrandingFileRecord[]
}

export interface StoredBrandingFile extends BrandingFileRecord {
  readonly bytes: Uint8Array
}

export interface BrandingStore {
  /** In the order of the owners, three at most, with one statement. */
  brandings(owners: readonly BrandingOwner[]): Promise<readonly BrandingRecord[]>
  file(owner: BrandingOwner, kind: BrandingFileKind): Promise<StoredBrandingFile | undefined>
}

/** The application or organization has to exist, and its branding goes with it. */
export type BrandingChange =
  /** The whole document. Compare-and-set: loses when the stored version is not the one that was read (0: none). */
  | {
      readonly kind: 'put-branding'
      readonly of: BrandingOwner
      readonly branding: Branding
      readonly expectedVersion: number
    }
  | { readonly kind: 'put-branding-file'; readonly of: BrandingOwner; readonly file: StoredBrandingFile }
  | {
      readonly kind: 'delete-branding-file'
      readonly of: BrandingOwner
      readonly file: BrandingFileKind
    }
