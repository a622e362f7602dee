import { Button, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { request } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { quantity } from '../part/format'
import { RecordForm } from '../record/RecordForm'
import { useChoices } from '../record/useChoices'
import { useRecords } from '../record/useRecords'
import type { Variant } from './facts'

/** The limits of a variant per channel and customer, beside its own. */
export function Limits({ variant }: { variant: Variant }) {
  const { t, locale } = useWords()
  const may = useMay()
  const { nameOf } = useChoices('/v1/channels')
  const found = useRecords('/v1/variants/{id}/limits', ['variant'], { ids: { id: variant.id }, enabled: may('variant.limits') })
  const [setting, setSetting] = useState(false)
  const number = (n?: number) => (n ? quantity(n, locale) : '–')
  if (!may('variant.limits')) return null
  return (
    <Card
      title={t('variant/limits')}
      aside={
        may('variant.set_limits') && (
          <Button variant="default" size="compact-sm" onClick={() => setSetting(true)}>
            {t('variant/addLimit')}
          </Button>
        )
      }
    >
      {found.items.length === 0 && (
        <Text c="dimmed" size="sm">
          {found.isPending ? t('state/loading') : t('variant/limitsNone')}
        </Text>
      )}
      {found.items.map((l) => (
        <Text key={`${l.channel_id} ${l.customer_id}`} size="sm" mt="xs" component="div">
          <bdi>{l.channel_id ? nameOf(l.channel_id) : t('variant/anyChannel')}</bdi>
          {', '}
          {l.customer_id ? <Link to="/customers/$id" params={{ id: l.customer_id }} children={<bdi>{l.customer_id}</bdi>} /> : t('variant/anyCustomer')}
          <Text size="sm" c="dimmed">
            {t('variant/limitOf', { minimum: number(l.minimum), maximum: number(l.maximum), multiple: number(l.multiple) })}
          </Text>
        </Text>
      ))}
      {setting && <SetLimit variant={variant} close={() => setSetting(false)} />}
    </Card>
  )
}

function SetLimit({ variant, close }: { variant: Variant; close: () => void }) {
  const { t } = useWords()
  const { options } = useChoices('/v1/channels')
  return (
    <RecordForm
      title={t('variant/addLimit')}
      lead={t('variant/limitHint')}
      inputs={[
        { name: 'limits/0/channel_id', label: t('variant/channel'), kind: 'choice', options, hint: t('variant/anyChannel') },
        { name: 'limits/0/customer_id', label: t('variant/customer'), hint: t('variant/customerHint') },
        { name: 'limits/0/minimum', label: t('variant/minimum'), kind: 'number' },
        { name: 'limits/0/maximum', label: t('variant/maximum'), kind: 'number' },
        { name: 'limits/0/multiple', label: t('variant/multiple'), kind: 'number' },
      ]}
      submit={t('variant/addLimit')}
      request={(v) => {
        const text = (name: string) => String(v[`limits/0/${name}`] ?? '').trim()
        const number = (name: string) => Number(text(name) || 0)
        return request('put', '/v1/variants/{id}/limits', [variant.id], {
          limits: [{ channel_id: text('channel_id'), customer_id: text('customer_id'), minimum: number('minimum'), maximum: number('maximum'), multiple: number('multiple') }],
        })
      }}
      says={() => t('product/saved')}
      close={close}
    />
  )
}
