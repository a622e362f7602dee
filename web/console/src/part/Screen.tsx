import { Anchor, Button, Code, Group, Stack, Text, Title } from '@mantine/core'
import { IconBan, IconCloudOff, IconInbox, IconMapQuestion, IconMoodEmpty } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Problem, Unreachable } from '../api/problem'
import { useWords } from '../language'

/** What a screen or a card says where it has nothing else to show. */
export function Blank({ icon, title, order = 1, children, action }: { icon: ReactNode; title: string; order?: 1 | 2; children?: ReactNode; action?: ReactNode }) {
  return (
    <Stack align="center" justify="center" gap="sm" py={56} px="lg" ta="center">
      <Text c="dimmed" lh={0}>
        {icon}
      </Text>
      <Title order={order} size="h1">
        {title}
      </Title>
      <Text c="dimmed" maw={440} component="div">
        {children}
      </Text>
      {action}
    </Stack>
  )
}

const size = { size: 36, stroke: 1.3 }

export function Missing() {
  const { t } = useWords()
  return (
    <Blank
      icon={<IconMapQuestion {...size} />}
      title={t('state/missingTitle')}
      action={
        <Button component={Link} to="/orders" variant="default">
          {t('state/missingBack')}
        </Button>
      }
    >
      {t('state/missingText')}
    </Blank>
  )
}

/** Why something could not be loaded, and what helps. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useWords()
  const again = retry && (
    <Button variant="default" onClick={retry}>
      {t('state/retry')}
    </Button>
  )
  if (error instanceof Unreachable)
    return (
      <Blank icon={<IconCloudOff {...size} />} title={t('state/unreachable')} action={again}>
        {t('offline/text')}
      </Blank>
    )
  if (error instanceof Problem && error.status === 404) return <Missing />
  if (error instanceof Problem && error.status === 403)
    return (
      <Blank icon={<IconBan {...size} />} title={t('state/deniedTitle')}>
        {t('state/deniedText')} <bdi>{error.message}</bdi>
      </Blank>
    )
  return (
    <Blank icon={<IconMoodEmpty {...size} />} title={t('state/failedTitle')} action={again}>
      <Text inherit>
        <bdi>{error instanceof Error ? error.message : String(error)}</bdi>
      </Text>
      {error instanceof Problem && (
        <>
          <Text inherit>
            <bdi>{error.remedy}</bdi>
          </Text>
          {error.requestId && (
            <Group justify="center" gap="xs" mt="sm" fz="xs">
              {t('state/request')} <Code>{error.requestId}</Code>
            </Group>
          )}
        </>
      )}
    </Blank>
  )
}

export function NothingYet({ title, text, link, href }: { title: string; text: string; link?: string; href?: string }) {
  return (
    <Blank icon={<IconInbox {...size} />} title={title} order={2} action={link && <Anchor href={href}>{link}</Anchor>}>
      {text}
    </Blank>
  )
}
