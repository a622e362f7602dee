import { Button, Group, NumberInput, Select, Text, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import { command } from '../api/client'
import { Problem } from '../api/problem'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { quantity } from '../part/format'
import { Refusal } from '../part/Refusal'
import { useAct } from '../record/useAct'
import classes from './returns.module.css'
import { type Decision, decided, type Fate, fates, type Line, open, type Return, undecided } from './steps'

/** The step of a return whose goods came: line by line, what becomes of them. */
export function Inspect({ of: r }: { of: Return }) {
  const { t, locale } = useWords()
  const lines = r.lines.filter((l) => undecided(l) > 0)
  const [at, setAt] = useState(0)
  const [decisions, setDecisions] = useState<Record<string, Decision>>({})
  const act = useAct({ request: () => command('/v1/returns/{id}/inspect', [r.id], { lines: decided(lines, decisions) }), says: () => t('step/inspected') })
  const line = lines[Math.min(at, lines.length - 1)]
  if (!line) return null
  const left = lines.reduce((sum, l) => sum + Math.abs(open(l, decisions[l.line_id])), 0)
  const decide = (d: Decision) => setDecisions((now) => ({ ...now, [line.line_id]: d }))
  const lots = lotsOf(act.error, lines.indexOf(line))
  return (
    <Card title={t('step/inspectTitle')}>
      <div className={classes.task}>
        {lines.length > 1 && (
          <Text size="sm" c="dimmed" role="status">
            {t('step/inspectLine', { at: lines.indexOf(line) + 1, of: lines.length })}
          </Text>
        )}
        <Decide key={line.line_id} line={line} decision={decisions[line.line_id] ?? {}} decide={decide} lots={lots} />
        <Refusal error={act.error} atInput={(f) => f.pointer?.endsWith('/lot_id') ?? false} />
        {left > 0 && (
          <Text size="sm" c="dimmed" role="status">
            {t('step/decideAll', { left: quantity(left, locale) })}
          </Text>
        )}
        <div className={classes.bar}>
          {lines.length > 1 && (
            <Button variant="default" disabled={at === 0} onClick={() => setAt(at - 1)}>
              {t('step/previous')}
            </Button>
          )}
          {at < lines.length - 1 ? (
            <Button disabled={open(line, decisions[line.line_id]) !== 0} onClick={() => setAt(at + 1)}>
              {t('step/following')}
            </Button>
          ) : (
            <Button loading={act.isPending} disabled={left > 0} onClick={() => act.mutate()}>
              {t('step/inspect')}
            </Button>
          )}
        </div>
      </div>
    </Card>
  )
}

/** The lots that a line can go back to, where the server asks which. */
function lotsOf(error: unknown, line: number): string[] {
  if (!(error instanceof Problem)) return []
  return error.faults.find((f) => f.pointer === `/lines/${line}/lot_id`)?.allowed ?? []
}

type Props = { line: Line; decision: Decision; decide: (d: Decision) => void; lots: string[] }

/** What becomes of the units of a line: of all the same, or of some this and of others that. */
function Decide({ line, decision, decide, lots }: Props) {
  const { t, locale } = useWords()
  const [split, setSplit] = useState(fates.filter((f) => decision[f]).length > 1)
  const whole = undecided(line)
  return (
    <>
      <Group justify="space-between" wrap="nowrap">
        <div className={classes.what}>
          <Text fw={600} size="lg">
            {quantity(whole, locale)} × <bdi>{line.sku}</bdi>
          </Text>
          <Text c="dimmed">{t(`returnReason/${line.reason}`)}</Text>
        </div>
        {whole !== 1 && (
          <Button
            variant="subtle"
            onClick={() => {
              setSplit(!split)
              decide({})
            }}
          >
            {t(split ? 'step/whole' : 'step/split')}
          </Button>
        )}
      </Group>
      <div className={classes.fates} role="group" aria-label={t('step/inspectTitle')}>
        {fates.map((fate) =>
          split ? (
            <NumberInput
              key={fate}
              size="md"
              label={t(`step/${fate}`)}
              description={t(`step/${hint[fate]}`)}
              min={0}
              max={whole}
              decimalScale={3}
              value={decision[fate] ?? ''}
              onChange={(n) => decide({ ...decision, [fate]: Number(n) || undefined })}
            />
          ) : (
            <UnstyledButton key={fate} className={classes.fate} aria-pressed={decision[fate] === whole} onClick={() => decide({ [fate]: whole })}>
              <Text fw={560}>{t(`step/${fate}`)}</Text>
              <Text size="xs" c="dimmed">
                {t(`step/${hint[fate]}`)}
              </Text>
            </UnstyledButton>
          ),
        )}
      </div>
      {lots.length > 0 && <Select label={t('step/lot')} data={lots} value={decision.lot_id ?? null} onChange={(lot) => decide({ ...decision, lot_id: lot ?? undefined })} />}
    </>
  )
}

const hint = { restock: 'restockHint', refurbish: 'refurbishHint', scrap: 'scrapHint', send_back: 'send_backHint' } as const satisfies Record<Fate, string>
