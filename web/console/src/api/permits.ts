/** Whether permissions cover an operation, by its name, its subject or all. */
export function permits(permissions: string[], operation: string): boolean {
  const subject = operation.split('.')[0]
  return permissions.some((p) => p === '*' || p === operation || p === `${subject}.*`)
}
