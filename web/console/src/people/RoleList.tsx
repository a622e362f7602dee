import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { percent } from '../part/format'
import { type Column, RecordList } from '../record/RecordList'
import { subjectOf } from './grants'

export type Role = Schemas['AccountRole']

/** The roles: which permissions go together, and up to which amounts. */
export default function RoleList() {
  const { t, locale } = useWords()
  const may = useMay()
  const columns: Column<Role>[] = [
    { id: 'name', label: t('role/name'), sort: 'name', show: (r) => <bdi>{r.name}</bdi> },
    { id: 'permissions', label: t('role/permissions'), narrow: true, show: (r) => <Granted of={r} /> },
    { id: 'discount', label: t('role/discount'), end: true, show: (r) => percent(String(r.discount_limit / 1e6), locale) },
    { id: 'refund', label: t('role/refund'), end: true, show: (r) => (r.refund_limit < 0 ? t('role/noLimit') : r.refund_limit.toLocaleString(locale)) },
  ]
  return (
    <RecordList
      path="/v1/roles"
      subjects={['role']}
      title={t('nav/roles')}
      columns={columns}
      to={({ id }) => ({ to: '/roles/$id', params: { id } })}
      hint={t('role/hint')}
      actions={may('role.create') && <Button renderRoot={(props) => <Link {...props} to="/roles/$id" params={{ id: 'new' }} />}>{t('role/add')}</Button>}
      empty={{ title: t('record/noneTitle'), text: t('record/noneText') }}
    />
  )
}

/** What is granted, in short. */
function Granted({ of }: { of: Role }) {
  const { t } = useWords()
  if (of.permissions.includes('*')) return t('role/everything')
  const whole = of.permissions.filter((p) => p.endsWith('.*')).map((p) => subjectOf(p, t))
  const single = of.permissions.length - whole.length
  return [whole.join(', '), single > 0 && t('role/single', { count: single })].filter(Boolean).join(' + ') || t('role/nothing')
}
