import { Anchor, Button, Checkbox, Collapse, Group as Row, Stack, Switch, Text, TextInput, UnstyledButton } from '@mantine/core'
import { useForm, type UseFormReturnType } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronDown } from '@tabler/icons-react'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { command, request } from '../api/client'
import { useCatalogue } from '../api/catalogue'
import { useMay } from '../api/me'
import { Problem } from '../api/problem'
import { withValues } from '../filter/filter'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { counted, decimal } from '../part/format'
import { Refusal } from '../part/Refusal'
import { Columns, RecordPage } from '../record/RecordPage'
import { useAct } from '../record/useAct'
import { useRecord } from '../record/useRecords'
import { extent, type Group, groupsOf, subjectOf, withGroup, withPermission, withReads } from './grants'
import classes from './people.module.css'
import type { Role } from './RoleList'

const fresh: Pick<Role, 'name' | 'permissions' | 'discount_limit' | 'refund_limit'> = { name: '', permissions: [], discount_limit: 0, refund_limit: 0 }

/** What somebody filled in: the limits as they are typed. */
type Filled = { name: string; permissions: string[]; discount: string; refund: string; unlimited: boolean }

/** A role: what it permits, by subject, and its limits. */
export default function RolePage() {
  const { t } = useWords()
  const { id } = useParams({ from: '/frame/roles/$id' })
  const adds = id === 'new'
  const { data: role, error, refetch } = useRecord('/v1/roles/{id}', ['role'], { ids: { id }, enabled: !adds })
  const shown = adds ? fresh : role
  return (
    <RecordPage title={adds ? t('role/add') : role?.name} up={{ to: '/roles', says: t('nav/roles') }} error={error} retry={() => void refetch()}>
      {shown && <Editor key={role ? `${role.id} ${role.version}` : id} role={role} facts={shown} />}
    </RecordPage>
  )
}

function Editor({ role, facts }: { role?: Role; facts: typeof fresh }) {
  const { t, locale } = useWords()
  const go = useNavigate()
  const open = useMay()(role ? 'role.update' : 'role.create')
  const form = useForm<Filled>({
    initialValues: {
      name: facts.name,
      permissions: facts.permissions,
      discount: (facts.discount_limit / 1e4).toLocaleString(locale, { maximumFractionDigits: 4 }),
      refund: facts.refund_limit < 0 ? '' : String(facts.refund_limit),
      unlimited: facts.refund_limit < 0,
    },
    validate: (v) => ({
      name: v.name.trim() ? null : t('input/needed'),
      discount: Number(decimal(v.discount, locale) ?? 'NaN') <= 100 ? null : t('role/notPercent'),
      refund: v.unlimited || /^\d{1,15}$/.test(v.refund.trim()) ? null : t('role/notMinor'),
    }),
  })
  const save = useAct<Role, Filled>({
    request: (v) => {
      const body = { name: v.name.trim(), permissions: v.permissions, discount_limit: Math.round(Number(decimal(v.discount, locale)) * 1e4), refund_limit: v.unlimited ? -1 : Number(v.refund) }
      return role ? request('put', '/v1/roles/{id}', [role.id], body, role.version) : command('/v1/roles', [], body)
    },
    says: (r) => t('role/saved', { name: r.name }),
    then: (r) => {
      form.resetDirty()
      if (!role) void go({ to: '/roles/$id', params: { id: r.id }, replace: true })
    },
  })
  const fields: Record<string, string> = { '/name': 'name', '/discount_limit': 'discount', '/refund_limit': 'refund' }
  const refused = (error: unknown) => {
    if (error instanceof Problem) form.setErrors(Object.fromEntries(error.faults.flatMap((f) => (fields[f.pointer ?? ''] ? [[fields[f.pointer!]!, f.detail]] : []))))
  }
  return (
    <form noValidate onSubmit={form.onSubmit((values) => save.mutate(values, { onError: refused }))}>
      <Columns aside={<Limits form={form} open={open} role={role} busy={save.isPending} />}>
        <Refusal error={save.error} atInput={(f) => fields[f.pointer ?? ''] !== undefined} />
        <Grants granted={form.values.permissions} set={(permissions) => form.setFieldValue('permissions', permissions)} open={open} />
      </Columns>
    </form>
  )
}

type LimitsProps = { form: UseFormReturnType<Filled>; open: boolean; role?: Role; busy: boolean }

function Limits({ form, open, role, busy }: LimitsProps) {
  const { t } = useWords()
  return (
    <Card title={t('role/facts')}>
      <Stack gap="md">
        <TextInput label={t('role/name')} withAsterisk readOnly={!open} {...form.getInputProps('name')} />
        <TextInput label={t('role/discount')} description={t('role/discountHint')} dir="ltr" inputMode="decimal" rightSection="%" readOnly={!open} {...form.getInputProps('discount')} />
        <Switch label={t('role/unlimited')} disabled={!open} {...form.getInputProps('unlimited', { type: 'checkbox' })} />
        {!form.values.unlimited && <TextInput label={t('role/refund')} description={t('role/refundHint')} dir="ltr" inputMode="numeric" readOnly={!open} {...form.getInputProps('refund')} />}
        {role && <Affected role={role} />}
        {open && (
          <Button type="submit" loading={busy} disabled={!form.isDirty()}>
            {t(role ? 'role/save' : 'role/add')}
          </Button>
        )}
      </Stack>
    </Card>
  )
}

/** Who has the role: a change acts on their next request. */
function Affected({ role }: { role: Role }) {
  const { t, locale } = useWords()
  const may = useMay()
  const query = { filter: withValues('', 'role', [role.name]), limit: 1, count: true }
  const users = useRecord('/v1/users', ['user'], { query, enabled: may('user.list') }).data?.count
  const keys = useRecord('/v1/keys', ['key'], { query: { ...query, filter: query.filter + ' -revoked:*' }, enabled: may('key.list') }).data?.count
  if (users === undefined && keys === undefined) return null
  return (
    <Text size="sm" c="dimmed" component="div">
      {t('role/affects')}{' '}
      {users !== undefined && <Anchor size="sm" underline="always" renderRoot={(props) => <Link {...props} to="/users" search={{ filter: query.filter }} />} children={t('role/users', counted(users, locale))} />}
      {users !== undefined && keys !== undefined && ', '}
      {keys !== undefined && <Anchor size="sm" underline="always" renderRoot={(props) => <Link {...props} to="/keys" search={{ filter: query.filter }} />} children={t('role/keys', counted(keys, locale))} />}
    </Text>
  )
}

type GrantsProps = { granted: string[]; set: (granted: string[]) => void; open: boolean }

function Grants({ granted, set, open }: GrantsProps) {
  const { t } = useWords()
  const catalogue = useCatalogue()
  const groups = groupsOf(catalogue?.operations ?? [])
  const all = granted.includes('*')
  return (
    <Card
      title={t('role/permissions')}
      aside={
        open && !all && (
          <Button variant="subtle" onClick={() => set(withReads(granted, groups))}>
            {t('role/reads')}
          </Button>
        )
      }
    >
      <Switch label={t('role/everything')} description={t('role/everythingHint')} checked={all} disabled={!open} onChange={(e) => set(e.currentTarget.checked ? ['*'] : [])} mb="sm" />
      {!all && groups.map((group) => <GroupRow key={group.subject} group={group} granted={granted} set={set} open={open} />)}
    </Card>
  )
}

function GroupRow({ group, granted, set, open }: GrantsProps & { group: Group }) {
  const { t } = useWords()
  const [shown, { toggle }] = useDisclosure()
  const how = extent(group, granted)
  const count = group.permissions.filter((p) => how === 'all' || granted.includes(p.name)).length
  const name = subjectOf(group.subject, t)
  return (
    <div className={classes.group}>
      <Row gap="sm" wrap="nowrap">
        <Checkbox checked={how === 'all'} indeterminate={how === 'some'} disabled={!open} onChange={(e) => set(withGroup(granted, group, e.currentTarget.checked))} aria-label={t('role/allOf', { subject: name })} />
        <UnstyledButton onClick={toggle} aria-expanded={shown} className={classes.subject}>
          <span>{name}</span>
          <Text span size="sm" c="dimmed">
            {t('role/granted', { granted: count, of: group.permissions.length })}
          </Text>
          <IconChevronDown size={15} className={classes.chevron} data-open={shown || undefined} />
        </UnstyledButton>
      </Row>
      <Collapse expanded={shown}>
        <Stack gap="xs" py="xs" ps={30}>
          {group.permissions.map(({ name, opens }) => (
            <Checkbox
              key={name}
              label={name}
              description={t(`grant/${name}` as 'grant/order.get', { defaultValue: opens.map((o) => o.says).join(' · ') })}
              checked={how === 'all' || granted.includes(name)}
              disabled={!open}
              onChange={(e) => set(withPermission(granted, group, name, e.currentTarget.checked))}
            />
          ))}
        </Stack>
      </Collapse>
    </div>
  )
}
