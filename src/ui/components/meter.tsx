interface MeterProps {
  readonly label: string;
  /** 0 to 1; without it nothing is known but that it goes on. */
  readonly share?: number | undefined;
}

/** A progress bar. */
export function Meter({ label, share }: MeterProps) {
  return share === undefined ? (
    <progress class="meter" aria-label={label} />
  ) : (
    <progress class="meter" aria-label={label} max={1} value={share} />
  );
}
