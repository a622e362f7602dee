import { useQueries } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { api } from '../api/client'
import { quoted } from '../filter/filter'
import { useWords } from '../language'
import { shownCount } from '../part/format'
import { Moment } from '../part/Moment'
import { ScanField, type Verdict } from '../fulfillment/ScanField'
import { Status } from '../part/Status'
import { RecordList } from '../record/RecordList'
import { keyOf } from '../record/useRecords'
import { useChoices } from '../record/useChoices'
import classes from './returns.module.css'
import { queues } from './steps'

const reasons = ['damaged', 'wrong_item', 'not_as_described', 'no_longer_needed', 'late', 'other'] as const

/** The desk of returns: what waits for which step, the oldest first; a scan opens one. */
export default function ReturnDesk() {
  const { t, locale } = useWords()
  const { filter }: { filter?: string } = useSearch({ strict: false })
  const { options, nameOf } = useChoices('/v1/locations')
  const open = useOpen()
  const counts = useQueries({
    queries: queues.map(({ filter }) => ({
      queryKey: keyOf('/v1/returns', { query: { filter, count: true } }),
      queryFn: async ({ signal }: { signal: AbortSignal }) => (await api.GET('/v1/returns', { params: { query: { filter, count: true, limit: 1 } }, signal })).data!,
    })),
  })
  const waiting = (i: number) => {
    const page = counts[i]?.data
    return page?.count ? ` ${shownCount({ count: page.count, more: page.more ?? false }, locale)}` : ''
  }
  return (
    <RecordList
      path="/v1/returns"
      subjects={['return']}
      title={t('nav/returns')}
      query={filter ? { sort: 'created' } : {}}
      columns={[
        { id: 'number', label: t('column/number'), show: (r) => <bdi>{r.number}</bdi> },
        { id: 'status', label: t('column/status'), narrow: true, show: (r) => <Status of="return" is={r.status} plain /> },
        { id: 'order', label: t('back/order'), narrow: true, show: (r) => <bdi>{r.order_number}</bdi> },
        { id: 'outcome', label: t('back/outcome'), show: (r) => t(`outcome/${r.outcome}`) },
        { id: 'location', label: t('back/location'), show: (r) => <bdi>{nameOf(r.location_id)}</bdi> },
        { id: 'tracking', label: t('back/tracking'), show: (r) => <bdi>{r.tracking_number}</bdi> },
        { id: 'requested', label: t('back/requested'), sort: 'created', narrow: true, show: (r) => <Moment at={r.created_at} /> },
      ]}
      to={(r) => ({ to: '/returns/$id', params: { id: r.id }, search: filter ? { filter } : {} })}
      tabs={[...queues.map(({ name, filter }, i) => ({ label: t(`back/${name}`) + waiting(i), filter: filter as string })), { label: t('back/all'), filter: '' }]}
      fields={[
        { name: 'location', label: t('back/location'), kind: 'choice', values: options },
        { name: 'reason', label: t('stock/reason'), kind: 'choice', values: reasons.map((value) => ({ value, label: t(`returnReason/${value}`) })) },
        { name: 'order_number', label: t('back/order'), kind: 'text' },
        { name: 'created', label: t('back/requested'), kind: 'time' },
      ]}
      hint={t('back/hint')}
      actions={
        <div className={classes.find}>
          <ScanField label={`${t('back/scan')}: ${t('back/scanHint')}`} scanned={open} />
        </div>
      }
      empty={{ title: t('back/noneTitle'), text: t('back/noneText') }}
    />
  )
}

/** Opens the return with a number, a tracking number or the number of an order; the one that waits where an order has several. */
function useOpen(): (code: string) => Promise<Verdict> {
  const { t } = useWords()
  const go = useNavigate()
  return async (text) => {
    const code = quoted(text)
    try {
      const { items } = (await api.GET('/v1/returns', { params: { query: { filter: `(number:${code} OR tracking:${code} OR order_number:${code})`, limit: 10 } } })).data!
      const waiting = items.filter((r) => !r.closed_at)
      const found = waiting.length > 0 ? waiting : items
      if (found.length > 1) return { right: false, text: t('back/several', { text }) }
      if (found.length === 0) return { right: false, text: t('back/notFound', { text }) }
      void go({ to: '/returns/$id', params: { id: found[0]!.id } })
      return { right: true, text: found[0]!.number }
    } catch (error) {
      return { right: false, text: error instanceof Error ? error.message : String(error) }
    }
  }
}
