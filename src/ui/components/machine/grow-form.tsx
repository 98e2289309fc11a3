import { useId, useRef } from 'preact/hooks';
import { largerSizes, sizeWithRoomFor } from '#domain/disk/index.ts';
import { formatBytes } from '#ui/models/format.ts';

interface GrowFormProps {
  /** Bytes that the disk has. */
  readonly size: number;
  /** Bytes that are wanted beside what is free. */
  readonly missing: number;
  readonly onGrow: (bytes: number) => void;
}

/** Sizes that a machine's disk can be given, and what that means. */
export function GrowForm({ size, missing, onGrow }: GrowFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const hintId = useId();
  const sizes = largerSizes(size);
  if (sizes.length === 0) return <p class="form-hint">It is as large as a machine’s disk can be.</p>;
  const proposed = sizeWithRoomFor(size, missing);
  const grow = (event: SubmitEvent) => {
    event.preventDefault();
    const bytes = form.current ? Number(new FormData(form.current).get('bytes')) : 0;
    if (bytes > 0) onGrow(bytes);
  };
  return (
    <form ref={form} class="form" onSubmit={grow}>
      <label class="form-field">
        <span>New size</span>
        <select name="bytes" class="field" aria-describedby={hintId}>
          {sizes.map((bytes) => (
            <option key={bytes} value={bytes} selected={bytes === proposed}>
              {formatBytes(bytes)}
            </option>
          ))}
        </select>
        <span id={hintId} class="form-hint">
          The machine restarts: its programs end, its files stay. On this device the disk takes room only as it fills.
          Only going back to a checkpoint, or starting over, makes it smaller again.
        </span>
      </label>
      <div class="row-actions">
        <button type="submit" class="button">
          Make the disk larger
        </button>
      </div>
    </form>
  );
}
