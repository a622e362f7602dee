import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState } from 'react'
import { api, type Order } from '../api/client'
import { useFailed } from '../api/useFailed'
import { type Fault, Problem } from '../api/problem'
import { useWords } from '../language'
import { Before, Customer, nameOf } from './Customer'
import { Delivery } from './Delivery'
import { type Channel, type Customer as CustomerFacts, useCustomer, useDrafts, useMethods, useTemplates } from './facts'
import type { Entry } from './Finder'
import { Leave } from './Leave'
import { Lines } from './Lines'
import { Living } from './Living'
import { byHand, type Paying, Payment } from './Payment'
import { Review } from './Review'
import { useDraft } from './useDraft'
import { Templates } from './Templates'
import { usePlace } from './usePlace'
import classes from './wizard.module.css'
import { type Addition, added, type Agreement, type Line, ofOrder, type Work } from './work'

type Props = { channels: Channel[]; keepChannel: (id: string) => void; start: Work; draft?: Order; customer?: string; made: (id: string) => void }

/** The five steps, with the order as it stands beside them. */
export function Desk({ channels, keepChannel, start, draft, customer: wished, made }: Props) {
  const { t } = useWords()
  const go = useNavigate()
  const failed = useFailed()
  const client = useQueryClient()
  const { keeper, saved, reload } = useDraft(start, draft)
  const { agreement, lines } = saved.work
  const [chosen, setChosen] = useState<CustomerFacts>()
  const [own, setPaying] = useState<Paying>()
  const finder = useRef<HTMLInputElement>(null)
  const goods = useRef<HTMLInputElement>(null)
  const entry = useRef<Entry>({ typed: '', search: Promise.resolve() })

  const known = useCustomer(agreement.customer_id)
  const channel = channels.find((c) => c.id === agreement.channel_id)
  const methods = useMethods(channel?.currency)
  const facts = known.data?.customer ?? (chosen?.id === agreement.customer_id ? chosen : undefined)
  const paying = own ?? usual(facts, channel)
  const { place, faults: refused } = usePlace(keeper, entry, paying, (order) => {
    void client.invalidateQueries({ queryKey: ['wizard', 'customer', agreement.customer_id] })
    void go({ to: '/orders/$id', params: { id: order.id } })
  })
  const drafts = useDrafts(!agreement.customer_id && lines.length === 0)
  const templates = useTemplates(lines.length === 0)

  const put = useCallback((change: Partial<Work['agreement']>) => keeper.change((w) => ({ ...w, agreement: { ...w.agreement, ...change } })), [keeper])
  const add = useCallback((more: Addition[]) => keeper.change((w) => ({ ...w, lines: added(w.lines, more) })), [keeper])
  const edit = useCallback((key: number, change: Partial<Line>) => keeper.change((w) => ({ ...w, lines: w.lines.map((l) => (l.key === key ? { ...l, ...change } : l)) })), [keeper])
  const focusGoods = useCallback(() => goods.current?.focus(), [])
  const remove = useCallback(
    (key: number) => {
      keeper.change((w) => ({ ...w, lines: w.lines.filter((l) => l.key !== key) }))
      focusGoods()
    },
    [keeper, focusGoods],
  )
  const choose = (c: CustomerFacts) => {
    setChosen(c)
    put({ customer_id: c.id, contact: undefined, deliveries: undefined })
    requestAnimationFrame(focusGoods)
  }

  const id = saved.draft?.id
  useEffect(() => {
    if (id && id !== draft?.id) made(id)
  }, [id, draft?.id, made])
  useEffect(() => {
    if (wished && !draft) put({ customer_id: wished })
  }, [wished, draft, put])
  useEffect(() => {
    if (draft) goods.current?.focus()
  }, [draft])
  // A customer goes on in the channel of the last order.
  const before = known.data?.last[0]?.channel_id
  useEffect(() => {
    if (before && channels.some((c) => c.id === before)) keeper.change((w) => (w.lines.length > 0 || w.agreement.deliveries ? w : { ...w, agreement: { ...w.agreement, channel_id: before } }))
  }, [before, channels, keeper])
  // Goods go where they went, or where the customer says they usually do.
  useEffect(() => {
    const to = known.data
    if (!to || agreement.deliveries || (to.places.length === 0 && !to.method)) return
    put({ deliveries: [{ address: to.places[0]?.address, shipping_method_id: to.method }] })
  }, [known.data, agreement.deliveries, put])
  const placing = useRef(place.mutate)
  useEffect(() => {
    placing.current = place.mutate
  })
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if (e.key !== 'Enter' || !(e.ctrlKey || e.metaKey) || e.repeat) return
      e.preventDefault()
      placing.current()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])

  /** Adds what an order is of, and sends it where that went, unless it is for somebody else. */
  async function again(order: string, own = true) {
    try {
      const before = (await api.GET('/v1/orders/{id}', { params: { path: { id: order } } })).data!
      keeper.change((w) => ({
        agreement: !own ? w.agreement : { ...w.agreement, deliveries: before.deliveries.slice(0, 1).map((d) => ({ address: d.address, shipping_method_id: d.shipping_method_id })) },
        lines: added(w.lines, ofOrder(before)),
      }))
      focusGoods()
    } catch (error) {
      failed(t('wizard/notFound'), error as Error)
    }
  }

  const told = saved.trouble instanceof Problem ? saved.trouble.faults : []
  const [delivery, ...more] = agreement.deliveries ?? []
  const all = [...told, ...refused.rest]
  const step = (...pointers: string[]) => all.filter((f) => pointers.some((p) => f.pointer === p || f.pointer?.startsWith(p + '/')))
  const somewhere = ['/customer_id', '/contact', '/channel_id', '/deliveries', '/payment', '/reference', '/source_kind']
  return (
    <div className={classes.columns}>
      <div className={classes.column}>
        <Customer
          chosen={chosenAs(agreement, facts, saved.draft)}
          choose={choose}
          leave={() => {
            put({ customer_id: undefined, contact: undefined, deliveries: undefined })
            requestAnimationFrame(() => finder.current?.focus())
          }}
          channels={channels}
          channel={agreement.channel_id}
          setChannel={(channel_id) => {
            put({ channel_id })
            keepChannel(channel_id)
          }}
          faults={step('/customer_id', '/contact', '/channel_id').map((f) => f.detail)}
          input={finder}
        />
        <Lines lines={lines} faults={joined(saved.faults, refused.lines)} channel={channel} add={add} edit={edit} remove={remove} entry={entry} input={goods} next={focusGoods} />
        <Delivery
          key={agreement.customer_id}
          places={known.data?.places ?? []}
          address={delivery?.address}
          method={delivery?.shipping_method_id}
          methods={methods.data ?? []}
          more={more.length}
          name={nameOf(facts ?? {})}
          country={channel?.tax_country ?? ''}
          faults={step('/deliveries')}
          put={async (change) => {
            put({ deliveries: [{ ...delivery, ...change }, ...more] })
            return keeper.flush().then(
              () => true,
              () => false,
            )
          }}
        />
        <Payment paying={paying} set={setPaying} methods={channel?.payment_methods ?? []} faults={step('/payment')} />
        <Review
          agreement={agreement}
          put={put}
          currency={channel?.currency}
          draft={saved.draft}
          place={place}
          taken={byHand(paying.method) && paying.taken}
          faults={step('/reference', '/source_kind')}
          rest={all.filter((f) => !step(...somewhere).includes(f))}
          trouble={saved.trouble}
          reload={() => void reload().catch((error: Error) => failed(t('state/failedTitle'), error))}
        />
      </div>
      <Leave keeper={keeper} />
      <div className={classes.beside}>
        <Living saved={saved} channel={channel} />
        {lines.length === 0 && <Templates all={templates.data ?? []} add={(m) => void again(m.order_id, agreement.customer_id !== undefined && m.customer_id === agreement.customer_id)} />}
        <Before title={t('wizard/last')} orders={known.data?.last ?? []} again={(order) => void again(order)} />
        <Before title={t('wizard/drafts')} orders={(agreement.customer_id ? (known.data?.drafts ?? []) : lines.length === 0 ? (drafts.data ?? []) : []).filter((o) => o.id !== id)} />
      </div>
    </div>
  )
}

/** Who is on account pays so, if the channel takes it; else that is decided later. */
function usual(customer: CustomerFacts | undefined, channel: Channel | undefined): Paying {
  const method = customer?.on_account && channel?.payment_methods.includes('on_account') ? 'on_account' : undefined
  return { method, token: 'tok_approve', taken: false }
}

function chosenAs(agreement: Omit<Agreement, 'lines'>, facts: CustomerFacts | undefined, draft: Order | undefined) {
  if (agreement.customer_id) return { id: agreement.customer_id, facts, name: nameOf(facts ?? draft?.contact ?? {}) || agreement.customer_id }
  return agreement.contact && { name: nameOf(agreement.contact) }
}

function joined(a: ReadonlyMap<number, Fault[]>, b: ReadonlyMap<number, Fault[]>): ReadonlyMap<number, Fault[]> {
  if (b.size === 0) return a
  return new Map([...new Set([...a.keys(), ...b.keys()])].map((key) => [key, [...(a.get(key) ?? []), ...(b.get(key) ?? [])]]))
}
