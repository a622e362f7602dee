import { Text } from '@mantine/core'
import { Tag } from '../part/Tag'
import classes from './OrderList.module.css'

const atMost = 3

/** The first tags of a row, and how many more there are; all of them under the pointer. */
export function TagCell({ tags }: { tags: string[] }) {
  const more = tags.length - atMost
  return (
    <span className={classes.tags} title={tags.join(', ')}>
      {tags.slice(0, atMost).map((tag) => (
        <Tag key={tag} tag={tag} />
      ))}
      {more > 0 && (
        <Text span size="xs" c="dimmed">
          +{more}
        </Text>
      )}
    </span>
  )
}
