import { useMay } from '../api/me'
import { useWords } from '../language'
import type { Input } from '../record/RecordForm'
import { useRecords } from '../record/useRecords'

/** The roles, and the input that chooses one. */
export function useRoles() {
  const { t } = useWords()
  const may = useMay()
  const roles = useRecords('/v1/roles', ['role'], { enabled: may('role.list') }).items
  const input: Input = { name: 'role_id', label: t('people/role'), kind: 'choice', needed: true, options: roles.map(({ id, name }) => ({ value: id, label: name })) }
  return { roles, input }
}
