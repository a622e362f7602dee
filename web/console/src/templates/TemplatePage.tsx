import { Anchor, Button, Table } from '@mantine/core'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { command, request } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Copyable } from '../part/Copyable'
import { Moment } from '../part/Moment'
import part from '../part/part.module.css'
import { RecordForm } from '../record/RecordForm'
import { Columns, Facts, RecordPage } from '../record/RecordPage'
import { useRecord } from '../record/useRecords'
import { useRepeat } from '../wizard/useRepeat'
import { tops } from '../wizard/work'
import { Sees } from './Sees'
import { TemplateForm } from './TemplateForm'

/** A template: what its order holds, and what can be done with it. */
export default function TemplatePage() {
  const { t, locale } = useWords()
  const { id } = useParams({ from: '/frame/templates/$id' })
  const { data: template, error, refetch } = useRecord('/v1/templates/{id}', ['template'], { ids: { id } })
  const { data: order } = useRecord('/v1/orders/{id}', ['order'], { ids: { id: template?.order_id ?? '' }, enabled: template !== undefined })
  const may = useMay()
  const go = useNavigate()
  const repeat = useRepeat(template?.order_id ?? '')
  const [open, setOpen] = useState<'rename' | 'share' | 'remove'>()
  const close = () => setOpen(undefined)
  const mine = template?.user_id !== undefined || may('template.share')
  return (
    <RecordPage
      title={template?.name}
      up={{ to: '/templates', says: t('nav/orderTemplates') }}
      status={template && <Sees of={template} />}
      error={error}
      retry={() => void refetch()}
      actions={
        <>
          {may('template.remove') && mine && (
            <Button color="red" className={part.final} onClick={() => setOpen('remove')}>
              {t('orderTemplate/remove')}
            </Button>
          )}
          {template?.user_id && may('template.share') && (
            <Button variant="default" onClick={() => setOpen('share')}>
              {t('orderTemplate/share')}
            </Button>
          )}
          {may('template.change') && mine && (
            <Button variant="default" onClick={() => setOpen('rename')}>
              {t('orderTemplate/rename')}
            </Button>
          )}
          {may('order.draft') && <Button onClick={repeat}>{t('orderTemplate/use')}</Button>}
        </>
      }
    >
      {template && (
        <Columns
          aside={
            <Card title={t('people/facts')}>
              <Facts
                of={[
                  [t('orderTemplate/order'), <Anchor key="o" size="sm" renderRoot={(props) => <Link {...props} to="/orders/$id" params={{ id: template.order_id }} />} children={order?.number ?? t('order/draftTitle')} />],
                  [t('wizard/customer'), order?.contact?.company || order?.contact?.name],
                  [t('orderTemplate/since'), <Moment key="s" at={template.created_at} />],
                  [t('audit/id'), <Copyable key="i" text={template.id} />],
                ]}
              />
            </Card>
          }
        >
          <Card title={t('wizard/lines')}>
            <Table>
              <Table.Tbody>
                {order &&
                  tops(order).map((l) => (
                    <Table.Tr key={l.id}>
                      <Table.Td ta="end" w={90}>
                        {(l.sales_quantity || l.quantity).toLocaleString(locale)}
                      </Table.Td>
                      <Table.Td>
                        <bdi>{l.title}</bdi>
                      </Table.Td>
                      <Table.Td>
                        <bdi>{l.sku}</bdi>
                      </Table.Td>
                    </Table.Tr>
                  ))}
              </Table.Tbody>
            </Table>
          </Card>
        </Columns>
      )}
      {template && open === 'rename' && <TemplateForm order={template.order_id} template={template} close={close} />}
      {template && open === 'share' && (
        <RecordForm title={`${t('orderTemplate/share')} · ${template.name}`} lead={t('orderTemplate/shareLead')} inputs={[]} submit={t('orderTemplate/share')} request={() => command('/v1/templates/{id}/share', [id])} says={() => t('orderTemplate/shared')} close={close} />
      )}
      {template && open === 'remove' && (
        <RecordForm
          title={`${t('orderTemplate/remove')} · ${template.name}`}
          lead={t('orderTemplate/removeLead')}
          inputs={[]}
          final
          submit={t('orderTemplate/remove')}
          request={() => request('delete', '/v1/templates/{id}', [id], undefined, template.version)}
          says={() => t('orderTemplate/removed', { name: template.name })}
          done={() => void go({ to: '/templates' })}
          close={close}
        />
      )}
    </RecordPage>
  )
}
