import { Button, Menu, Text } from '@mantine/core'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Copyable } from '../part/Copyable'
import { exact, quantity } from '../part/format'
import { Moment } from '../part/Moment'
import { Money } from '../part/Money'
import { Status } from '../part/Status'
import { Columns, Facts, RecordPage } from '../record/RecordPage'
import { useChoices } from '../record/useChoices'
import { useRecord } from '../record/useRecords'
import { Aside, type Side, sides } from './Aside'
import { Complete } from './Complete'
import { Done } from './Done'
import { Inspect } from './Inspect'
import { Next } from './Next'
import { Receive } from './Receive'
import { Approve } from './Approve'
import classes from './returns.module.css'
import { queueOf, type Return, type Step, stepOf } from './steps'

/** A return: the one step that it waits for, what comes back, and what is known of it. */
export default function ReturnPage() {
  const { t } = useWords()
  const may = useMay()
  const { id } = useParams({ from: '/frame/returns/$id' })
  const { filter } = useSearch({ from: '/frame/returns/$id' })
  const found = useRecord('/v1/returns/{id}', ['return'], { ids: { id } })
  const [side, setSide] = useState<Side>()
  const [more, setMore] = useState(false)
  const [began, setBegan] = useState<string>() // the queue that it was in when it was opened
  const r = found.data
  if (r && began === undefined) setBegan(queueOf[stepOf(r) ?? 'approve'])
  const open = sides.filter((s) => may(`return.${s}`) && r?.actions?.some((a) => a.name === `return.${s}` && a.allowed))
  return (
    <RecordPage
      title={r?.number}
      up={{ to: '/returns', says: t('nav/returns') }}
      error={found.error}
      retry={() => void found.refetch()}
      status={r && <Status of="return" is={r.status} />}
      actions={
        open.length > 0 && (
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="default">{t('back/actions')}</Button>
            </Menu.Target>
            <Menu.Dropdown>
              {open.map((s) => (
                <Menu.Item key={s} onClick={() => setSide(s)}>
                  {t(s === 'mark_sent' ? 'step/sent' : `step/${s}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )
      }
    >
      {r && (
        <Columns
          aside={
            <>
              <About of={r} />
              <Lines of={r} />
            </>
          }
        >
          <Task key={`${r.id} ${r.status} ${r.version}`} of={r} more={more} setMore={setMore} />
          <Next id={r.id} filter={filter ?? began ?? queueOf.approve} finished={stepOf(r) === undefined} />
        </Columns>
      )}
      {r && side && <Aside of={r} side={side} close={() => setSide(undefined)} />}
    </RecordPage>
  )
}

const operations: Record<Step, string> = { approve: 'return.approve', receive: 'return.receive', inspect: 'return.inspect', complete: 'return.complete' }

/** The step that the return waits for, if the reader may take it. */
function Task({ of: r, more, setMore }: { of: Return; more: boolean; setMore: (more: boolean) => void }) {
  const { t } = useWords()
  const may = useMay()
  const step = more && r.status === 'inspected' ? 'receive' : stepOf(r)
  if (!step) return <Done of={r} />
  const action = r.actions?.find((a) => a.name === operations[step])
  const why = !may(operations[step]) ? t('step/notPermitted') : action && !action.allowed ? (action.reason ?? '') : undefined
  if (why !== undefined)
    return (
      <Card title={t(`step/${step}Title`)}>
        <Text c="dimmed">
          <bdi>{why}</bdi>
        </Text>
      </Card>
    )
  switch (step) {
    case 'approve':
      return <Approve of={r} />
    case 'receive':
      return <Receive of={r} done={() => setMore(false)} />
    case 'inspect':
      return <Inspect of={r} />
    case 'complete':
      return <Complete of={r} receiveMore={() => setMore(true)} />
  }
}

function About({ of: r }: { of: Return }) {
  const { t } = useWords()
  const { nameOf } = useChoices('/v1/locations')
  return (
    <Card title={t('back/facts')}>
      <Facts
        of={[
          [
            t('back/order'),
            <Link key="order" to="/orders/$id" params={{ id: r.order_id }}>
              <bdi>{r.order_number}</bdi>
            </Link>,
          ],
          [t('back/outcome'), t(`outcome/${r.outcome}`)],
          [t('back/location'), nameOf(r.location_id)],
          [t('back/requested'), <Moment key="at" at={r.created_at} />],
          [t('back/expires'), r.status === 'approved' && r.expires_at ? <Moment at={r.expires_at} /> : undefined],
          [t('back/carrier'), r.carrier],
          [t('back/tracking'), r.tracking_number && <Copyable text={r.tracking_number} />],
          [t('back/received'), r.received_at && <Moment at={r.received_at} />],
          [t('back/rejectReason'), r.reject_reason && t(`rejection/${r.reject_reason}`)],
          [t('back/value'), r.value.amount > 0 ? <Money of={r.value} /> : undefined],
          [t('back/fee'), r.restocking_fee.amount > 0 ? <Money of={r.restocking_fee} /> : undefined],
        ]}
      />
    </Card>
  )
}

/** What comes back, and what became of it. */
function Lines({ of: r }: { of: Return }) {
  const { t, locale } = useWords()
  return (
    <Card title={t('back/lines')}>
      {r.lines.map((l) => {
        const parts = (['received', 'restocked', 'refurbished', 'scrapped', 'sent_on'] as const).filter((of) => l[of] > 0)
        return (
          <div key={l.line_id} className={classes.line}>
            <div className={classes.what}>
              <Text fw={560}>
                <bdi>{l.sku}</bdi>
              </Text>
              <Text size="sm" c="dimmed">
                {[t(`returnReason/${l.reason}`), t('back/asked', { quantity: quantity(l.quantity, locale) }), ...parts.map((of) => t(said[of], { quantity: quantity(l[of], locale) }))].join(' · ')}
              </Text>
            </div>
            {l.amount.amount > 0 && <Money of={l.amount} />}
          </div>
        )
      })}
    </Card>
  )
}

const said = { received: 'back/came', restocked: 'back/restocked', refurbished: 'back/refurbished', scrapped: 'back/scrapped', sent_on: 'back/sentOn' } as const

/** Since when, or until when, goods are waited for. */
export function useWaiting(r: Return): string {
  const { t, locale } = useWords()
  if (r.sent_at) return t('step/waitSent', { when: exact(new Date(r.sent_at), locale) })
  return r.expires_at ? t('step/waitText', { when: exact(new Date(r.expires_at), locale) }) : ''
}
