import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { command, type Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Badge } from '../part/Status'
import { RecordForm, type Values } from '../record/RecordForm'
import { type Column, RecordList } from '../record/RecordList'
import { useRoles } from './useRoles'
import { scopeOf, useScope } from './useScope'

export type User = Schemas['AccountUser']

/** Who works here, and what each may do. */
export default function UserList() {
  const { t } = useWords()
  const may = useMay()
  const scope = useScope()
  const { roles } = useRoles()
  const [adding, add] = useState<'invite' | 'create'>()
  const columns: Column<User>[] = [
    { id: 'name', label: t('people/name'), sort: 'name', show: (u) => <bdi>{u.name}</bdi> },
    { id: 'email', label: t('people/email'), sort: 'email', show: (u) => <bdi>{u.email}</bdi> },
    { id: 'role', label: t('people/role'), narrow: true, show: (u) => <bdi>{u.role}</bdi> },
    { id: 'scope', label: t('people/scope'), show: (u) => scope.says(u) },
    { id: 'state', label: t('people/state'), narrow: true, show: (u) => <UserState of={u} /> },
  ]
  return (
    <>
      <RecordList
        path="/v1/users"
        subjects={['user', 'role']}
        title={t('nav/users')}
        columns={columns}
        to={({ id }) => ({ to: '/users/$id', params: { id } })}
        tabs={[
          { label: t('people/all'), filter: '' },
          { label: t('people/active'), filter: 'active:true' },
          { label: t('people/inactive'), filter: 'active:false' },
        ]}
        fields={[{ name: 'role', label: t('people/role'), kind: 'choice', values: roles.map(({ name }) => ({ value: name, label: name })) }]}
        hint={t('people/userHint')}
        actions={
          may('role.list') && (
            <>
              {may('user.create') && (
                <Button variant="default" onClick={() => add('create')}>
                  {t('people/create')}
                </Button>
              )}
              {may('user.invite') && <Button onClick={() => add('invite')}>{t('people/invite')}</Button>}
            </>
          )
        }
        empty={{ title: t('record/noneTitle'), text: t('record/noneText') }}
      />
      {adding && <Adding by={adding} close={() => add(undefined)} />}
    </>
  )
}

/** Whether a user may sign in, and if not, why. */
export function UserState({ of }: { of: User }) {
  const { t } = useWords()
  if (!of.active) return <Badge tone="grey">{t('people/isInactive')}</Badge>
  if (of.invited) return <Badge tone="amber">{t('people/isInvited')}</Badge>
  if (of.locked_until && new Date(of.locked_until) > new Date()) return <Badge tone="red">{t('people/isLocked')}</Badge>
  return <Badge tone="green">{t('people/isActive')}</Badge>
}

/** Adds somebody: by a mail with a link, by which they set their password, or with a first password. */
function Adding({ by, close }: { by: 'invite' | 'create'; close: () => void }) {
  const { t } = useWords()
  const go = useNavigate()
  const role = useRoles()
  const scope = useScope()
  const facts = (v: Values) => ({ name: v.name as string, email: v.email as string, role_id: v.role_id as string, ...scopeOf(v) })
  return (
    <RecordForm<User>
      title={t(`people/${by}`)}
      lead={t(`people/${by}Lead`)}
      inputs={[
        { name: 'name', label: t('people/name'), needed: true },
        { name: 'email', label: t('people/email'), needed: true },
        ...(by === 'create' ? [{ name: 'password', label: t('people/password'), kind: 'password' as const, needed: true }] : []),
        role.input,
        ...scope.inputs,
      ]}
      submit={t(`people/${by}`)}
      request={(v) => (by === 'invite' ? command('/v1/users/invitations', [], facts(v)) : command('/v1/users', [], { ...facts(v), password: v.password as string }))}
      says={(u) => t(by === 'invite' ? 'people/invited' : 'people/created', { name: u.name })}
      done={(u) => void go({ to: '/users/$id', params: { id: u.id } })}
      close={close}
    />
  )
}
