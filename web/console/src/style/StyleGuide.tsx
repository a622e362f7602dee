import { Button, Checkbox, Group, NumberInput, Select, Stack, Switch, Text, Textarea, TextInput, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { Problem, Unreachable } from '../api/problem'
import { Offline } from '../frame/OfflineBanner'
import { LiveDot } from '../frame/Live'
import { useWords } from '../language'
import { Loading } from '../order/OrderPage'
import order from '../order/order.module.css'
import { columns, usual } from '../orders/columns'
import { TableSkeleton } from '../orders/TableSkeleton'
import { Card } from '../part/Card'
import { Copyable } from '../part/Copyable'
import { Curl } from '../part/Curl'
import { Explained } from '../part/Explained'
import { Ledger, type Quantities } from '../part/Ledger'
import { Moment } from '../part/Moment'
import { Money } from '../part/Money'
import part from '../part/part.module.css'
import { Failure, NothingYet } from '../part/Screen'
import { Badge, Status } from '../part/Status'
import { Tag } from '../part/Tag'
import { type Of, toneOf } from '../part/tone'
import { light, tones } from '../theme'

const none: Quantities = { quantity: 12, open: 0, backordered: 0, reserved: 0, picked: 0, shipped: 0, delivered: 0, returned: 0, sent_back: 0, lost: 0, canceled: 0 }
const ledgers: Quantities[] = [
  { ...none, open: 12 },
  { ...none, shipped: 6, picked: 3, backordered: 3 },
  { ...none, reserved: 8, canceled: 4 },
  { ...none, delivered: 7, returned: 2, sent_back: 1, lost: 2 },
]
const amounts = [
  { amount: 125000, currency: 'EUR' },
  { amount: -5, currency: 'USD' },
  { amount: 98000, currency: 'JPY' },
  { amount: 1250, currency: 'KWD' },
]
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString()
const problem = (status: number) => new Problem(status, { detail: 'order SO-2026-000123 …', remedy: '…', request_id: 'req_06h2p3xggdc4rfd09z5byj5qqr' })

/** Every shared part in all its states, to look at after a change of the theme. */
export default function StyleGuide() {
  const { t } = useWords()
  useDocumentTitle(`${t('style/title')} · ${t('console/title')}`)
  return (
    <div className={order.page}>
      <Title>{t('style/title')}</Title>
      <Text c="dimmed" mb="lg">
        {t('style/lead')}
      </Text>
      <Stack gap="lg">
        <Card title={t('style/tones')}>
          <Group>
            {tones.map((tone) => (
              <Badge key={tone} tone={tone}>
                {t(`style/tone/${tone}`)}
              </Badge>
            ))}
          </Group>
        </Card>
        <Card title={t('tag/tags')}>
          <Group>
            <Tag tag="vip" />
            <Tag tag="q4/2026" remove={() => undefined} />
          </Group>
        </Card>
        <Card title={t('style/statuses')}>
          <Stack gap="sm">
            {(Object.keys(toneOf) as Of[]).map((of) => (
              <Group key={of} gap="sm">
                {Object.keys(toneOf[of]).map((is) => (
                  <Status key={is} of={of} is={is as never} />
                ))}
              </Group>
            ))}
            <Group gap="lg">
              {Object.keys(toneOf.payment).map((is) => (
                <Status key={is} of="payment" is={is as never} plain />
              ))}
            </Group>
          </Stack>
        </Card>
        <Card title={t('style/figures')}>
          <Group gap="xl">
            {amounts.map((amount) => (
              <Money key={amount.currency} of={amount} />
            ))}
            <Money of={amounts[0]!} strong />
            {[10, 720, 10_800, 200_000, 5_000_000].map((seconds) => (
              <Moment key={seconds} at={ago(seconds)} />
            ))}
            <Copyable text="TEA-500" />
          </Group>
        </Card>
        <Card title={t('style/buttons')}>
          <Group>
            <Button>{t('style/primary')}</Button>
            <Button variant="default">{t('style/secondary')}</Button>
            <Button color="red" className={part.final}>
              {t('style/danger')}
            </Button>
            <Explained why={t('style/disabledWhy')}>{t('style/disabled')}</Explained>
            <Button loading>{t('style/busy')}</Button>
          </Group>
        </Card>
        <Card title={t('style/ledgers')}>
          <Stack gap="md">
            {ledgers.map((of, i) => (
              <Ledger key={i} of={of} />
            ))}
          </Stack>
        </Card>
        <Card title={t('style/inputs')}>
          <Group align="start">
            <TextInput label={t('input/reasonCode')} description={t('input/reasonHint')} w={260} />
            <TextInput label={t('input/amount')} error={t('input/notAmount')} defaultValue="1e3" />
            <Select label={t('input/method')} data={[{ value: 'cash', label: t('method/cash') }]} defaultValue="cash" />
            <NumberInput label={t('input/quantity')} defaultValue={3} />
            <Textarea label={t('note/text')} />
            <Stack gap="xs" mt="lg">
              <Checkbox label={t('column/number')} defaultChecked />
              <Switch label={t('orders/dense')} defaultChecked />
            </Stack>
          </Group>
        </Card>
        <Card title={t('style/liveness')}>
          <Group gap="xl">
            {(['live', 'connecting', 'offline', 'denied'] as const).map((liveness) => (
              <LiveDot key={liveness} liveness={liveness} />
            ))}
          </Group>
        </Card>
        <Card title={t('order/curl')}>
          <Curl text={'curl -X POST \\\n  -H "Authorization: Bearer $ORDO_KEY" \\\n  https://ordo.example/v1/orders/ord_01/release'} />
        </Card>
        <Card title={t('style/states')}>
          <Offline />
          <NothingYet title={t('orders/emptyTitle')} text={t('orders/emptyText')} link={t('orders/emptyLink')} href="/docs" />
          {[problem(404), problem(403), problem(500), new Unreachable()].map((error, i) => (
            <Failure key={i} error={error} retry={() => undefined} />
          ))}
        </Card>
        <Card title={t('style/skeletons')}>
          <TableSkeleton layout={{ shown: columns.filter((c) => usual.includes(c.id)), rowHeight: 36 }} narrow={false} />
          <Loading />
        </Card>
        <Card title={t('style/tokens')}>
          <Group gap="xs">
            {Object.keys(light).map((name) => (
              <Token key={name} name={name} />
            ))}
          </Group>
        </Card>
      </Stack>
    </div>
  )
}

function Token({ name }: { name: string }) {
  const variable = '--ordo-' + name.replace(/[A-Z]/g, (c) => '-' + c.toLowerCase())
  return (
    <Group gap={6} w={140} wrap="nowrap">
      <span style={{ width: 18, height: 18, borderRadius: 5, background: `var(${variable})`, border: '1px solid var(--ordo-line)' }} />
      <Text size="xs" c="dimmed" translate="no">
        {name}
      </Text>
    </Group>
  )
}
