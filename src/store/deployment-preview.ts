// A deployment that a sign-in may ask for with a password (C§6.11). A document of the catalog, so that every replica notices within half a
// second that a preview was opened or withdrawn, and a refresh asks the database nothing more for it.
export interface DeploymentPreviewRecord {
  readonly deploymentId: string
  /** Of its workflows: Kinde's parameter names one of them. */
  readonly workflowDeploymentIds: readonly string[]
  /** Another one with each new password. */
  readonly passwordId: string
  /** Hex SHA-256 of a password of 100 random bits. */
  readonly passwordHash: string
  readonly createdAtMs: number
}
