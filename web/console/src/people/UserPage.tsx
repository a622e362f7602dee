import { Anchor, Button } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { command, request } from '../api/client'
import { useMay, useMe } from '../api/me'
import { withValues } from '../filter/filter'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Copyable } from '../part/Copyable'
import { Moment } from '../part/Moment'
import { RecordForm, type Values } from '../record/RecordForm'
import { Facts, RecordPage } from '../record/RecordPage'
import { useRecord } from '../record/useRecords'
import { type User, UserState } from './UserList'
import { useRoles } from './useRoles'
import { scopeOf, scopeValues, useScope } from './useScope'

type Doing = 'change' | 'deactivate' | 'activate' | 'reset' | 'again'

/** Somebody who works here: who they are, what they may do, where. */
export default function UserPage() {
  const { t } = useWords()
  const { id } = useParams({ from: '/frame/users/$id' })
  const { data: user, error, refetch } = useRecord('/v1/users/{id}', ['user', 'role'], { ids: { id } })
  const may = useMay()
  const me = useMe()
  const scope = useScope()
  const [doing, set] = useState<Doing>()
  return (
    <RecordPage
      title={user?.name}
      up={{ to: '/users', says: t('nav/users') }}
      status={user && <UserState of={user} />}
      error={error}
      retry={() => void refetch()}
      actions={
        user && (
          <>
            {user.invited && user.active && may('user.invite_again') && (
              <Button variant="default" onClick={() => set('again')}>
                {t('people/again')}
              </Button>
            )}
            {may('user.reset_password') && (
              <Button variant="default" onClick={() => set('reset')}>
                {t('people/reset')}
              </Button>
            )}
            {may('user.update') && user.id !== me?.id && (
              <Button variant="default" onClick={() => set(user.active ? 'deactivate' : 'activate')}>
                {t(user.active ? 'people/deactivate' : 'people/activate')}
              </Button>
            )}
            {may('user.update') && may('role.list') && <Button onClick={() => set('change')}>{t('people/change')}</Button>}
          </>
        )
      }
    >
      {user && (
        <Card title={t('people/facts')}>
          <Facts
            of={[
              [t('people/email'), user.email],
              [t('people/role'), may('role.get') ? <Anchor key="r" size="sm" renderRoot={(props) => <Link {...props} to="/roles/$id" params={{ id: user.role_id }} />} children={<bdi>{user.role}</bdi>} /> : user.role],
              [t('people/scope'), scope.says(user)],
              [t('people/since'), <Moment key="c" at={user.created_at} />],
              [t('people/locked'), user.locked_until && new Date(user.locked_until) > new Date() && <Moment key="l" at={user.locked_until} />],
              [t('people/did'), may('event.list') && <Anchor key="d" size="sm" renderRoot={(props) => <Link {...props} to="/audit" search={{ filter: withValues('', 'actor', [user.id]) }} />} children={t('people/didAll')} />],
              [t('people/became'), may('event.list') && <Anchor key="b" size="sm" renderRoot={(props) => <Link {...props} to="/audit" search={{ filter: withValues('', 'subject', [user.id]) }} />} children={t('people/becameAll')} />],
              [t('audit/id'), <Copyable key="i" text={user.id} />],
            ]}
          />
        </Card>
      )}
      {user && doing && <Form user={user} doing={doing} close={() => set(undefined)} />}
    </RecordPage>
  )
}

function Form({ user, doing, close }: { user: User; doing: Doing; close: () => void }) {
  const { t } = useWords()
  const role = useRoles()
  const scope = useScope()
  const common = { close, title: `${t(`people/${doing}`)} · ${user.name}`, submit: t(`people/${doing}`), lead: t(`people/${doing}Lead`) }
  const update = (change: Partial<{ name: string; email: string; role_id: string; channels: string[] | null; locations: string[] | null; active: boolean }>) => {
    const { name, email, role_id, channels = null, locations = null, active, version } = user
    return request('put', '/v1/users/{id}', [user.id], { name, email, role_id, channels, locations, active, ...change }, version)
  }
  switch (doing) {
    case 'again':
      return <RecordForm {...common} inputs={[]} request={() => command('/v1/users/{id}/invitation', [user.id])} says={() => t('people/invited', { name: user.name })} />
    case 'reset':
      return (
        <RecordForm
          {...common}
          inputs={[{ name: 'password', label: t('people/password'), kind: 'password', needed: true }]}
          request={(v) => request('put', '/v1/users/{id}/password', [user.id], { password: v.password as string })}
          says={() => t('people/resetDone', { name: user.name })}
        />
      )
    case 'deactivate':
    case 'activate':
      return <RecordForm {...common} inputs={[]} request={() => update({ active: doing === 'activate' })} says={() => t(`people/${doing}Done`, { name: user.name })} />
    case 'change':
      return (
        <RecordForm
          {...common}
          inputs={[{ name: 'name', label: t('people/name'), needed: true }, { name: 'email', label: t('people/email'), needed: true }, role.input, ...scope.inputs]}
          start={{ name: user.name, email: user.email, role_id: user.role_id, ...scopeValues(user) }}
          request={(v: Values) => update({ name: v.name as string, email: v.email as string, role_id: v.role_id as string, ...scopeOf(v) })}
          says={() => t('people/changeDone', { name: user.name })}
        />
      )
  }
}
