import type { Checkpoint, OverlayLog } from '#domain/overlay/index.ts';
import type { SavedState } from '#ports/kept-machines.ts';
import * as v from 'valibot';

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What the overlay's manifest notes with the checkpoint of a state: so the state and its disk come and go together. */
const StateNote = v.object({
  kind: v.picklist(['suspended', 'checkpoint']),
  name: v.string(),
  engineVersion: v.string(),
  savedAt: Count,
  isUndo: v.optional(v.boolean()),
  /** Of the disk. */
  version: Count,
  /** Bytes of the state's file, and how many pieces it has. */
  bytes: Count,
  pieces: Count,
});

type Note = v.InferOutput<typeof StateNote>;

/** A state and what is needed to find it again. */
export type NotedState = SavedState & Pick<Note, 'version' | 'pieces'> & Pick<Checkpoint, 'grownTo'>;

export function encodeNote(note: Note): string {
  return JSON.stringify(v.parse(StateNote, note));
}

/** The state that a checkpoint belongs to; undefined when it belongs to none that is whole. */
export function decodeNote({ id, note, grownTo }: Omit<Checkpoint, 'spans'>): NotedState | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), StateNote), note);
  return parsed.success ? { id, ...parsed.output, grownTo } : undefined;
}

/** True when a state is of a disk as it is now: nothing has been written since, and it is as large as then. */
export function isOfDisk(state: NotedState, disk: Pick<OverlayLog, 'version' | 'grownTo'>): boolean {
  return state.version === disk.version && state.grownTo === disk.grownTo;
}
