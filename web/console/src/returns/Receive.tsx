import { ActionIcon, Button, Text } from '@mantine/core'
import { IconMinus, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { api, command } from '../api/client'
import { quoted } from '../filter/filter'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { quantity } from '../part/format'
import { Refusal } from '../part/Refusal'
import { ScanField, type Verdict } from '../fulfillment/ScanField'
import { useAct } from '../record/useAct'
import { useWaiting } from './ReturnPage'
import classes from './returns.module.css'
import { expected, type Line, type Return } from './steps'

/** The step of a return whose goods come: what is scanned is counted, and received at once. */
export function Receive({ of: r, done }: { of: Return; done: () => void }) {
  const { t, locale } = useWords()
  const [came, setCame] = useState<Record<string, number>>({})
  const waiting = useWaiting(r)
  const lines = r.lines.filter((l) => expected(l) > 0)
  const count = (l: Line) => came[l.line_id] ?? 0
  const set = (l: Line, n: number) => setCame((now) => ({ ...now, [l.line_id]: Math.min(Math.max(n, 0), expected(l)) }))
  const all = lines.reduce((sum, l) => sum + count(l), 0)
  const act = useAct<unknown, Record<string, number>>({
    request: (counted) => command('/v1/returns/{id}/receive', [r.id], { lines: Object.entries(counted).flatMap(([line_id, n]) => (n > 0 ? [{ line_id, quantity: n }] : [])) }),
    says: () => t('step/receivedDone'),
    then: done,
  })

  async function scanned(code: string): Promise<Verdict> {
    const named = await lineOf(code, r.lines)
    if (!named) return { right: false, text: t('step/wrong', { text: code }) }
    const line = lines.find((l) => named.includes(l) && count(l) < expected(l))
    if (!line) return { right: false, text: t('step/tooMany', { sku: named[0]!.sku }) }
    const next = Math.min(count(line) + 1, expected(line))
    set(line, next)
    return { right: true, text: t('step/right', { sku: line.sku, at: quantity(next, locale), of: quantity(expected(line), locale) }) }
  }

  return (
    <Card title={t('step/receiveTitle')}>
      <div className={classes.task}>
        <Text c="dimmed" size="sm">
          {waiting}
        </Text>
        <ScanField label={t('step/receiveScan')} scanned={scanned} />
        <Refusal error={act.error} />
        <div>
          {lines.map((l) => (
            <div key={l.line_id} className={classes.line}>
              <div className={classes.what}>
                <Text fw={560}>
                  <bdi>{l.sku}</bdi>
                </Text>
                <Text size="sm" c="dimmed">
                  {t(`returnReason/${l.reason}`)}
                </Text>
              </div>
              <ActionIcon variant="default" size={44} onClick={() => set(l, count(l) - 1)} disabled={count(l) === 0} aria-label={t('step/less', { sku: l.sku })}>
                <IconMinus size={18} />
              </ActionIcon>
              <span className={classes.count}>{t('step/counted', { at: quantity(count(l), locale), of: quantity(expected(l), locale) })}</span>
              <ActionIcon variant="default" size={44} onClick={() => set(l, count(l) + 1)} disabled={count(l) >= expected(l)} aria-label={t('step/more', { sku: l.sku })}>
                <IconPlus size={18} />
              </ActionIcon>
            </div>
          ))}
        </div>
        <div className={classes.bar}>
          <Button variant="default" onClick={() => setCame(Object.fromEntries(lines.map((l) => [l.line_id, expected(l)])))}>
            {t('step/receiveAll')}
          </Button>
          <Button loading={act.isPending} disabled={all === 0} onClick={() => act.mutate(came)}>
            {t('step/receiveSome', { quantity: quantity(all, locale) })}
          </Button>
        </div>
      </div>
    </Card>
  )
}

/** The lines of what has an SKU or barcode; none if it is not among them. */
async function lineOf(code: string, lines: Line[]): Promise<Line[] | undefined> {
  const of = (skus: string[]) => lines.filter((l) => skus.includes(l.sku.toLowerCase()))
  const direct = of([code.toLowerCase()])
  if (direct.length > 0) return direct
  try {
    const { items } = (await api.GET('/v1/variants', { params: { query: { filter: `barcode:${quoted(code)}` } } })).data!
    const found = of(items.map((v) => v.sku.toLowerCase()))
    return found.length > 0 ? found : undefined
  } catch {
    return undefined
  }
}
