// Memberships, what is held in them, and their order.

export interface MembershipTables {
  /** Kept by triggers (migration 0028). */
  member_order: {
    organization_code: string
    user_id: string
    name: string
    email: string
  }
  memberships: {
    organization_code: string
    user_id: string
    joined_at_ms: number
    last_signed_in_at_ms: number | null
  }
  membership_roles: { organization_code: string; user_id: string; role_id: string }
  membership_api_scopes: { organization_code: string; user_id: string; api_id: string; scope_id: string }
  membership_permissions: { organization_code: string; user_id: string; permission_id: string }
}
