import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { command, type Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Moment } from '../part/Moment'
import { Secret } from '../part/Secret'
import { Badge } from '../part/Status'
import { RecordForm } from '../record/RecordForm'
import { type Column, RecordList } from '../record/RecordList'
import { useRoles } from './useRoles'
import { scopeOf, useScope } from './useScope'

export type Key = Schemas['AccountKey']

/** The API keys: access for programs. */
export default function KeyList() {
  const { t } = useWords()
  const may = useMay()
  const go = useNavigate()
  const role = useRoles()
  const scope = useScope()
  const [adding, add] = useState(false)
  const [made, setMade] = useState<Key>()
  const columns: Column<Key>[] = [
    { id: 'name', label: t('key/name'), sort: 'name', show: (k) => <bdi>{k.name}</bdi> },
    { id: 'hint', label: t('key/hint'), show: (k) => <bdi dir="ltr">…{k.hint}</bdi> },
    { id: 'role', label: t('people/role'), narrow: true, show: (k) => <bdi>{k.role}</bdi> },
    { id: 'scope', label: t('people/scope'), show: (k) => scope.says(k) },
    { id: 'state', label: t('people/state'), narrow: true, show: (k) => <KeyState of={k} /> },
    { id: 'created', label: t('key/made'), end: true, sort: 'created', show: (k) => <Moment at={k.created_at} /> },
  ]
  return (
    <>
      <RecordList
        path="/v1/keys"
        subjects={['key', 'role']}
        title={t('nav/keys')}
        columns={columns}
        to={({ id }) => ({ to: '/keys/$id', params: { id } })}
        tabs={[
          { label: t('people/all'), filter: '' },
          { label: t('key/live'), filter: '-revoked:*' },
          { label: t('key/revoked'), filter: 'revoked:*' },
        ]}
        fields={[
          { name: 'role', label: t('people/role'), kind: 'choice', values: role.roles.map(({ name }) => ({ value: name, label: name })) },
          { name: 'created', label: t('key/made'), kind: 'time' },
        ]}
        hint={t('key/filterHint')}
        actions={may('key.create') && may('role.list') && <Button onClick={() => add(true)}>{t('key/add')}</Button>}
        empty={{ title: t('key/noneTitle'), text: t('key/noneText') }}
      />
      {adding && (
        <RecordForm<Key>
          title={t('key/add')}
          lead={t('key/addLead')}
          inputs={[{ name: 'name', label: t('key/name'), hint: t('key/nameHint'), needed: true }, role.input, ...scope.inputs]}
          submit={t('key/add')}
          request={(v) => command('/v1/keys', [], { name: v.name as string, role_id: v.role_id as string, ...scopeOf(v) })}
          done={setMade}
          close={() => add(false)}
        />
      )}
      {made && (
        <Secret
          title={t('key/secret', { name: made.name })}
          lead={t('key/secretLead')}
          text={made.secret ?? t('secret/lost')}
          close={() => {
            setMade(undefined)
            void go({ to: '/keys/$id', params: { id: made.id } })
          }}
        />
      )}
    </>
  )
}

export function KeyState({ of }: { of: Key }) {
  const { t } = useWords()
  return of.revoked_at ? <Badge tone="grey">{t('key/isRevoked')}</Badge> : <Badge tone="green">{t('key/isLive')}</Badge>
}
