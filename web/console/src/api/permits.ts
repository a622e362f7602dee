/** Whether what a role permits covers a permission, by its name, its subject or all. */
export function permits(permissions: string[], permission: string): boolean {
  const subject = permission.split('.')[0]
  return permissions.some((p) => p === '*' || p === permission || p === `${subject}.*`)
}
