import { Group, Skeleton, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { IconChevronLeft } from '@tabler/icons-react'
import { Link, type LinkProps, useNavigate, useRouter } from '@tanstack/react-router'
import { Fragment, type ReactNode } from 'react'
import { useKeys } from '../frame/useKeys'
import { useWords } from '../language'
import { Along } from '../part/Along'
import { Failure } from '../part/Screen'
import classes from './record.module.css'

type Props = {
  title?: string // undefined while it is loaded
  up: { to: NonNullable<LinkProps['to']>; params?: LinkProps['params']; says: string } // the list that it is in
  status?: ReactNode // beside the title
  actions?: ReactNode
  error?: unknown // why it could not be loaded
  retry?: () => void
  children?: ReactNode // two columns if they are two
}

/** The page of a record: where it belongs, its title, what can be done, and its parts. The key u leads back. */
export function RecordPage({ title, up, status, actions, error, retry, children }: Props) {
  const { t } = useWords()
  const go = useNavigate()
  const router = useRouter()
  useDocumentTitle(`${title ?? up.says} · ${t('console/title')}`)
  useKeys({ u: () => (router.history.canGoBack() ? router.history.back() : void go({ to: up.to, params: up.params })) })
  if (error && title === undefined) return <Failure error={error} retry={retry} />
  return (
    <article className={classes.page}>
      <Link to={up.to} params={up.params} className={classes.up}>
        <Along icon={IconChevronLeft} /> {up.says}
      </Link>
      {title === undefined ? (
        <div role="status" aria-label={t('state/loading')}>
          <Skeleton height={28} width="40%" my="md" />
          <Skeleton height={160} radius={10} />
        </div>
      ) : (
        <>
          <Group justify="space-between" gap="sm" mih={36} mb="md">
            <Group gap="sm">
              <Title>
                <bdi>{title}</bdi>
              </Title>
              {status}
            </Group>
            <Group gap="sm">{actions}</Group>
          </Group>
          {children}
        </>
      )}
    </article>
  )
}

/** Two columns, one on a narrow screen: what one works on, and beside it what one wants to know. */
export function Columns({ children, aside }: { children: ReactNode; aside: ReactNode }) {
  return (
    <div className={classes.columns}>
      <div className={classes.column}>{children}</div>
      <div className={classes.column}>{aside}</div>
    </div>
  )
}

/** Facts of a record, each with its name; those without a value are left out. */
export function Facts({ of }: { of: [name: string, value: ReactNode][] }) {
  return (
    <dl className={classes.facts}>
      {of
        .filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false)
        .map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{typeof value === 'string' ? <bdi>{value}</bdi> : value}</dd>
          </Fragment>
        ))}
    </dl>
  )
}
