// What Kinde's published description of its management API says of the operations that Mintage has: names of parameters and
// fields, copied by hand as facts. `[]` marks a list; a field below a list or an object is written with a dot.

export interface KindeOperation {
  readonly operationId: string
  readonly scope: string
  readonly status: number
  readonly query?: string
  readonly body?: string
  readonly answer: string
}

const user =
  'id provided_id phone username last_name first_name is_suspended picture total_sign_ins failed_sign_ins last_signed_in created_on organizations[] identities[].type identities[].identity billing.customer_id'
const propertyValues =
  'code message properties[].id properties[].name properties[].description properties[].key properties[].value next_token'
const done = 'message code'
const look = [
  'logo logo_dark favicon_svg favicon_fallback button_border_radius card_border_radius input_border_radius',
  'theme_code color_scheme',
  ...[
    'link_color',
    'background_color',
    'button_color',
    'button_text_color',
    'link_color_dark',
    'background_color_dark',
    'button_text_color_dark',
    'button_color_dark',
  ].map((colour) => `${colour}.raw ${colour}.hex ${colour}.hsl`),
].join(' ')
const organization = 'code name handle is_default external_id is_auto_membership_enabled'
const variable = 'id key value is_secret created_on'

export const kindeOperations: Readonly<Record<string, KindeOperation>> = {
  'get /user': {
    operationId: 'getUserData',
    scope: 'read:users',
    status: 200,
    query: 'id* expand',
    answer: `${user} preferred_email`,
  },
  'post /user': {
    operationId: 'createUser',
    scope: 'create:users',
    status: 200,
    body: 'profile.given_name profile.family_name profile.picture organization_code provided_id identities[].type identities[].is_verified identities[].details.email identities[].details.phone identities[].details.phone_country_id identities[].details.username',
    answer: 'id created identities[].type identities[].result.created',
  },
  'patch /user': {
    operationId: 'updateUser',
    scope: 'update:users',
    status: 200,
    query: 'id*',
    body: 'given_name family_name picture is_suspended is_password_reset_requested provided_id',
    answer: 'id given_name family_name email is_suspended is_password_reset_requested picture',
  },
  'delete /user': {
    operationId: 'deleteUser',
    scope: 'delete:users',
    status: 200,
    query: 'id* is_delete_profile',
    answer: done,
  },
  'get /users': {
    operationId: 'getUsers',
    scope: 'read:users',
    status: 200,
    query: 'page_size user_id next_token email username phone expand has_organization active_since',
    answer: `code message next_token ${prefixed('users[].', `${user} email identities[].connection_id last_organization_sign_ins[].org_code last_organization_sign_ins[].last_signed_in`)}`,
  },
  'get /users/{user_id}/properties': {
    operationId: 'GetUserPropertyValues',
    scope: 'read:user_properties',
    status: 200,
    answer: propertyValues,
  },
  'patch /users/{user_id}/properties': {
    operationId: 'UpdateUserProperties',
    scope: 'update:user_properties',
    status: 200,
    body: 'properties*',
    answer: done,
  },
  'put /users/{user_id}/password': {
    operationId: 'SetUserPassword',
    scope: 'update:user_passwords',
    status: 200,
    body: 'hashed_password* hashing_method salt salt_position iterations variant signer_key salt_separator rounds mem_cost is_temporary_password',
    answer: done,
  },
  'get /users/{user_id}/mfa': {
    operationId: 'GetUsersMFA',
    scope: 'read:user_mfa',
    status: 200,
    answer:
      'message code mfa.id mfa.type mfa.created_on mfa.name mfa.is_verified mfa.usage_count mfa.last_used_on',
  },
  'get /organization': {
    operationId: 'getOrganization',
    scope: 'read:organizations',
    status: 200,
    query: 'code* expand',
    answer: `${organization} ${look} allowed_domains[] created_on is_allow_registrations sender_name sender_email is_suspended suspended_on billing.billing_customer_id billing.agreements[].plan_code billing.agreements[].agreement_id`,
  },
  'post /organization': {
    operationId: 'createOrganization',
    scope: 'create:organizations',
    status: 200,
    body: 'name* feature_flags external_id background_color button_color button_text_color link_color background_color_dark button_color_dark button_text_color_dark link_color_dark theme_code handle is_allow_registrations is_auto_membership_enabled sender_name sender_email is_create_billing_customer billing_email billing_plan_code',
    answer: 'message code organization.code organization.billing_customer_id',
  },
  'get /organizations': {
    operationId: 'getOrganizations',
    scope: 'read:organizations',
    status: 200,
    query: 'sort page_size next_token',
    answer: `code message next_token ${prefixed('organizations[].', organization)}`,
  },
  'get /organizations/{org_code}/properties': {
    operationId: 'GetOrganizationPropertyValues',
    scope: 'read:organization_properties',
    status: 200,
    answer: propertyValues,
  },
  'patch /organizations/{org_code}/properties': {
    operationId: 'UpdateOrganizationProperties',
    scope: 'update:organization_properties',
    status: 200,
    body: 'properties*',
    answer: done,
  },
  'get /organizations/{org_code}/users': {
    operationId: 'GetOrganizationUsers',
    scope: 'read:organization_users',
    status: 200,
    query: 'sort page_size next_token permissions roles',
    answer: `code message next_token ${prefixed('organization_users[].', 'id email full_name last_name first_name picture joined_on last_accessed_on is_suspended roles[]')}`,
  },
  'post /organizations/{org_code}/users': {
    operationId: 'AddOrganizationUsers',
    scope: 'create:organization_users',
    status: 200,
    body: 'users[].id users[].roles[] users[].permissions[]',
    answer: 'code message users_added[]',
  },
  'patch /organizations/{org_code}/users': {
    operationId: 'UpdateOrganizationUsers',
    scope: 'update:organization_users',
    status: 200,
    body: 'users[].id users[].operation users[].roles[] users[].permissions[]',
    answer: 'code message users_added[] users_updated[] users_removed[]',
  },
  'delete /organizations/{org_code}/users/{user_id}': {
    operationId: 'RemoveOrganizationUser',
    scope: 'delete:organization_users',
    status: 200,
    answer: done,
  },
  'post /organizations/{org_code}/users/{user_id}/roles': {
    operationId: 'CreateOrganizationUserRole',
    scope: 'create:organization_user_roles',
    status: 200,
    body: 'role_id',
    answer: done,
  },
  'delete /organizations/{org_code}/users/{user_id}/roles/{role_id}': {
    operationId: 'DeleteOrganizationUserRole',
    scope: 'delete:organization_user_roles',
    status: 200,
    answer: done,
  },
  'post /organizations/{org_code}/users/{user_id}/permissions': {
    operationId: 'CreateOrganizationUserPermission',
    scope: 'create:organization_user_permissions',
    status: 200,
    body: 'permission_id',
    answer: done,
  },
  'delete /organizations/{org_code}/users/{user_id}/permissions/{permission_id}': {
    operationId: 'DeleteOrganizationUserPermission',
    scope: 'delete:organization_user_permissions',
    status: 200,
    answer: done,
  },
  'delete /organization/{org_code}': {
    operationId: 'deleteOrganization',
    scope: 'delete:organizations',
    status: 200,
    answer: done,
  },
  'delete /users/{user_id}/sessions': {
    operationId: 'DeleteUserSessions',
    scope: 'delete:user_sessions',
    status: 200,
    answer: done,
  },
  'get /organizations/{org_code}/users/{user_id}/roles': {
    operationId: 'GetOrganizationUserRoles',
    scope: 'read:organization_user_roles',
    status: 200,
    answer: `code message next_token ${prefixed('roles[].', 'id key name')}`,
  },
  'get /organizations/{org_code}/users/{user_id}/permissions': {
    operationId: 'GetOrganizationUserPermissions',
    scope: 'read:organization_user_permissions',
    status: 200,
    query: 'expand',
    answer: `code message ${prefixed('permissions[].', 'id key name description roles[].id roles[].key')}`,
  },
  'get /roles': {
    operationId: 'GetRoles',
    scope: 'read:roles',
    status: 200,
    query: 'sort page_size next_token',
    answer: `code message next_token ${prefixed('roles[].', 'id key name description is_default_role')}`,
  },
  'get /permissions': {
    operationId: 'GetPermissions',
    scope: 'read:permissions',
    status: 200,
    query: 'sort page_size next_token',
    answer: `code message next_token ${prefixed('permissions[].', 'id key name description')}`,
  },
  'get /applications/{application_id}/properties': {
    operationId: 'getApplicationPropertyValues',
    scope: 'read:application_properties',
    status: 200,
    answer: propertyValues,
  },
  'get /billing/entitlements': {
    operationId: 'getBillingEntitlements',
    scope: 'read:billing_entitlements',
    status: 200,
    query: 'page_size starting_after ending_before customer_id* max_value expand',
    answer: `code message has_more ${prefixed('entitlements[].', 'id fixed_charge price_name unit_amount feature_code feature_name entitlement_limit_max entitlement_limit_min')} plans[].code plans[].subscribed_on`,
  },
  'get /billing/agreements': {
    operationId: 'getBillingAgreements',
    scope: 'read:billing_agreements',
    status: 200,
    query: 'page_size starting_after ending_before customer_id* feature_code',
    answer: `code message has_more ${prefixed('agreements[].', 'id plan_code expires_on billing_group_id current_period_start current_period_end entitlements[].feature_code entitlements[].entitlement_id')}`,
  },
  'get /environment_variables': {
    operationId: 'getEnvironmentVariables',
    scope: 'read:environment_variables',
    status: 200,
    answer: `code message has_more ${prefixed('environment_variables[].', variable)}`,
  },
  'post /environment_variables': {
    operationId: 'createEnvironmentVariable',
    scope: 'create:environment_variables',
    status: 201,
    body: 'key* value* is_secret',
    answer: 'message code environment_variable.id',
  },
  'get /environment_variables/{variable_id}': {
    operationId: 'getEnvironmentVariable',
    scope: 'read:environment_variables',
    status: 200,
    answer: `code message ${prefixed('environment_variable.', variable)}`,
  },
  'patch /environment_variables/{variable_id}': {
    operationId: 'updateEnvironmentVariable',
    scope: 'update:environment_variables',
    status: 200,
    body: 'key value is_secret',
    answer: done,
  },
  'delete /environment_variables/{variable_id}': {
    operationId: 'deleteEnvironmentVariable',
    scope: 'delete:environment_variables',
    status: 200,
    answer: done,
  },
}

function prefixed(prefix: string, names: string): string {
  return names
    .split(' ')
    .map((name) => prefix + name)
    .join(' ')
}
