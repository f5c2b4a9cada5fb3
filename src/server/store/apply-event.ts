import type { DurableEvent } from '../../../schemas/index.ts';
import { messageExists } from './event-rows.ts';
import { logKey, reactionKey } from './keys.ts';
import type { Retention } from './retention.ts';
import type { Table } from './table.ts';

/** Applies an event to the row of its target message. A new message has no target. */
export async function applyEvent(
  table: Table,
  retention: Retention,
  event: DurableEvent,
): Promise<void> {
  const at = Date.parse(event.sentAt);
  switch (event.type) {
    case 'edited':
      await table.update(
        logKey(event.room, 'M', event.target),
        {
          text: 'SET x = :x, xs = :s, xa = :a',
          values: { ':x': event.message, ':s': event.seq, ':a': at },
        },
        { text: `${messageExists} AND (attribute_not_exists(xs) OR xs < :s)` },
      );
      break;
    case 'deleted':
      await table.update(
        logKey(event.room, 'M', event.target),
        { text: 'SET ds = :s, da = :a', values: { ':s': event.seq, ':a': at } },
        { text: `${messageExists} AND (attribute_not_exists(ds) OR ds > :s)` },
      );
      break;
    case 'reaction':
      await applyReaction(table, retention, event);
      break;
  }
}

/**
 * Adds or removes a reaction. `since` is its place among the others. Adding the reaction again keeps
 * its place, and removing it clears the place.
 */
async function applyReaction(
  table: Table,
  retention: Retention,
  { room, target, from, emoji, on, seq, sentAt }: DurableEvent<'reaction'>,
): Promise<void> {
  const { ttl } = retention.expiry(Date.parse(sentAt));
  const place = on ? ', since = if_not_exists(since, :s)' : '';
  const expiry = ttl === undefined ? '' : ', #ttl = :ttl';
  await table.update(
    reactionKey(room, target, from.userId, emoji),
    {
      text: `SET seq = :s${place}${expiry}${on ? '' : ' REMOVE since'}`,
      values: { ':s': seq, ...(ttl !== undefined && { ':ttl': ttl }) },
      ...(ttl !== undefined && { names: { '#ttl': 'ttl' } }),
    },
    { text: 'attribute_not_exists(pk) OR seq < :s' },
  );
}
