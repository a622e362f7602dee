import { Anchor, Button } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { command } from '../api/client'
import { useMay } from '../api/me'
import { withValues } from '../filter/filter'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Copyable } from '../part/Copyable'
import { Moment } from '../part/Moment'
import part from '../part/part.module.css'
import { RecordForm } from '../record/RecordForm'
import { Facts, RecordPage } from '../record/RecordPage'
import { useRecord } from '../record/useRecords'
import { KeyState } from './KeyList'
import { useScope } from './useScope'

/** An API key, without its secret, which nobody can see again. */
export default function KeyPage() {
  const { t } = useWords()
  const { id } = useParams({ from: '/frame/keys/$id' })
  const { data: key, error, refetch } = useRecord('/v1/keys/{id}', ['key', 'role'], { ids: { id } })
  const may = useMay()
  const scope = useScope()
  const [revoking, revoke] = useState(false)
  return (
    <RecordPage
      title={key?.name}
      up={{ to: '/keys', says: t('nav/keys') }}
      status={key && <KeyState of={key} />}
      error={error}
      retry={() => void refetch()}
      actions={
        key?.actions?.some((a) => a.name === 'key.revoke' && a.allowed) &&
        may('key.revoke') && (
          <Button color="red" className={part.final} onClick={() => revoke(true)}>
            {t('key/revoke')}
          </Button>
        )
      }
    >
      {key && (
        <Card title={t('people/facts')}>
          <Facts
            of={[
              [t('key/hint'), `…${key.hint}`],
              [t('people/role'), may('role.get') ? <Anchor key="r" size="sm" renderRoot={(props) => <Link {...props} to="/roles/$id" params={{ id: key.role_id }} />} children={<bdi>{key.role}</bdi>} /> : key.role],
              [t('people/scope'), scope.says(key)],
              [t('key/made'), <Moment key="c" at={key.created_at} />],
              [t('key/revokedAt'), key.revoked_at && <Moment key="e" at={key.revoked_at} />],
              [t('people/did'), may('event.list') && <Anchor key="d" size="sm" renderRoot={(props) => <Link {...props} to="/audit" search={{ filter: withValues('', 'actor', [key.id]) }} />} children={t('people/didAll')} />],
              [t('audit/id'), <Copyable key="i" text={key.id} />],
            ]}
          />
        </Card>
      )}
      {key && revoking && (
        <RecordForm title={`${t('key/revoke')} · ${key.name}`} lead={t('key/revokeLead')} inputs={[]} final submit={t('key/revoke')} request={() => command('/v1/keys/{id}/revoke', [key.id])} says={() => t('key/revokeDone', { name: key.name })} close={() => revoke(false)} />
      )}
    </RecordPage>
  )
}
