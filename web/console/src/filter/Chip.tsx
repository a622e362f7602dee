import { Menu, Text, UnstyledButton } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useWords } from '../language'
import classes from './FilterBar.module.css'
import { type Field, times } from './fields'
import { type Term, terms, toggled, withValues, without } from './filter'
import { useTagsInUse } from './useTagsInUse'

/** One term of the filter: its words, its values to choose from, and a way to take it out. */
export function Chip({ fields, term, filter, set }: { fields: Field[]; term: Term; filter: string; set: (filter: string) => void }) {
  const { t } = useWords()
  const field = fields.find((f) => f.name === term.field)
  return (
    <span className={classes.chip}>
      {(field?.values || field?.kind === 'tag') && !term.negated && term.operator === ':' ? (
        <Menu closeOnItemClick={false} position="bottom-start">
          <Menu.Target>
            <UnstyledButton className={classes.chipText}>
              <Said term={term} field={field} />
            </UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
            {field.kind === 'tag' ? <TagChoices filter={filter} set={set} /> : <Choices field={field} chosen={term.values} choose={(value) => set(withValues(filter, field.name, toggled(term.values, value)))} />}
          </Menu.Dropdown>
        </Menu>
      ) : (
        <span className={classes.chipText}>
          <Said term={term} field={field} />
        </span>
      )}
      <UnstyledButton className={classes.chipEnd} onClick={() => set(without(filter, term))} aria-label={t('orders/remove', { term: term.text })}>
        <IconX size={13} />
      </UnstyledButton>
    </span>
  )
}

/** A term in the reader's words; as it stands where there are none. */
function Said({ term, field }: { term: Term; field?: Field }) {
  const { t } = useWords()
  if (!field) return <bdi>{term.text}</bdi>
  const time = times.find(([, operator, value]) => field.kind === 'time' && operator === term.operator && value === term.values[0])
  const says = time ? t(`field/${time[0]}`) : term.values.map((v) => field.values?.find(({ value }) => value === v)?.label ?? v).join(', ')
  return (
    <>
      <span>{field.label}</span> {term.negated ? '≠ ' : term.operator !== ':' && !time ? term.operator + ' ' : ''}
      <bdi>
        <strong>{says}</strong>
      </bdi>
    </>
  )
}

/** The values of a field as items of a menu. */
export function Choices({ field, chosen, choose }: { field: Field; chosen: string[]; choose: (value: string) => void }) {
  return field.values!.map(({ value, label }) => (
    <Menu.CheckboxItem key={value} checked={chosen.includes(value)} onChange={() => choose(value)}>
      {label}
    </Menu.CheckboxItem>
  ))
}

/** The tags that orders have, as items of a menu. */
export function TagChoices({ filter, set }: { filter: string; set: (filter: string) => void }) {
  const { t } = useWords()
  const { data: tags } = useTagsInUse()
  const chosen = terms(filter).find((term) => term.field === 'tag' && !term.negated)?.values ?? []
  if (tags?.length === 0)
    return (
      <Text size="sm" c="dimmed" p="xs">
        {t('tag/none')}
      </Text>
    )
  return (tags ?? []).map((tag) => (
    <Menu.CheckboxItem key={tag} checked={chosen.includes(tag)} onChange={() => set(withValues(filter, 'tag', toggled(chosen, tag)))}>
      <bdi>{tag}</bdi>
    </Menu.CheckboxItem>
  ))
}
