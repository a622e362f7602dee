import type { Operation } from '../api/catalogue'
import type { useWords } from '../language'

/** The permissions of a subject, with the operations that each opens. */
export type Group = { subject: string; permissions: { name: string; opens: Operation[] }[] }

/** All that can be granted, by subject, in the order of the alphabet. */
export function groupsOf(operations: Operation[]): Group[] {
  const groups = new Map<string, Map<string, Operation[]>>()
  for (const o of operations) {
    const subject = o.permission.split('.')[0]!
    const permissions = groups.get(subject) ?? groups.set(subject, new Map()).get(subject)!
    permissions.set(o.permission, [...(permissions.get(o.permission) ?? []), o])
  }
  const byName = <T>(of: Map<string, T>) => [...of].sort(([a], [b]) => (a < b ? -1 : 1))
  return byName(groups).map(([subject, permissions]) => ({ subject, permissions: byName(permissions).map(([name, opens]) => ({ name, opens })) }))
}

/** What the subject of a permission, or of a whole group, is called. */
export function subjectOf(permission: string, t: ReturnType<typeof useWords>['t']): string {
  const subject = permission.split('.')[0]!
  return t(`permission/${subject}` as 'permission/order', { defaultValue: subject })
}

/** How much of a group is granted. */
export function extent(group: Group, granted: string[]): 'all' | 'some' | 'none' {
  if (granted.includes('*') || granted.includes(group.subject + '.*')) return 'all'
  return group.permissions.some((p) => granted.includes(p.name)) ? 'some' : 'none'
}

/** Grants all of a group, also what will be added to it, or takes all of it. */
export function withGroup(granted: string[], group: Group, all: boolean): string[] {
  const others = granted.filter((p) => p.split('.')[0] !== group.subject)
  return all ? [...others, group.subject + '.*'] : others
}

/** Grants a permission or takes it; what is taken of a whole group leaves the others of it. */
export function withPermission(granted: string[], group: Group, name: string, give: boolean): string[] {
  const whole = group.subject + '.*'
  if (give) return [...granted, name]
  const rest = granted.includes(whole) ? [...granted.filter((p) => p !== whole), ...group.permissions.map((p) => p.name)] : granted
  return [...new Set(rest)].filter((p) => p !== name)
}

/** All that only reads of the groups, beside what is granted. */
export function withReads(granted: string[], groups: Group[]): string[] {
  const reads = groups.flatMap((g) => (extent(g, granted) === 'all' ? [] : g.permissions.filter((p) => p.opens.every((o) => o.reads)).map((p) => p.name)))
  return [...new Set([...granted, ...reads])]
}
