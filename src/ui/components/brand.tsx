/** One eighth of the rose and its neighbour: a lit and a shaded half, as engravers drew them. */
const CARDINAL = { lit: 'M0-15-3-3 0 0z', shaded: 'M0-15 3-3 0 0z' };
const ORDINAL = { lit: 'M9.6-9.6 2-7 3-3z', shaded: 'M9.6-9.6 7-2 3-3z' };
const QUARTERS = [0, 90, 180, 270];

/** The points of the compass rose, within 15 units of the origin. Its north point is in the accent colour, as on portolan charts. */
export function RosePoints() {
  return (
    <>
      <circle class="mark-ring" r="11" />
      {QUARTERS.map((angle) => (
        <g key={angle} transform={`rotate(${angle})`}>
          <path class="mark-lit" d={ORDINAL.lit} />
          <path class="mark-shaded" d={ORDINAL.shaded} />
          <g class={angle === 0 ? 'mark-north' : undefined}>
            <path class="mark-lit" d={CARDINAL.lit} />
            <path class="mark-shaded" d={CARDINAL.shaded} />
          </g>
        </g>
      ))}
    </>
  );
}

/** The compass rose as the app's mark. */
export function Mark() {
  return (
    <svg class="mark" viewBox="-16 -16 32 32" aria-hidden="true" focusable="false">
      <RosePoints />
    </svg>
  );
}

/** The name of the app, leading to the shelf. */
export function Wordmark() {
  return (
    <a class="wordmark" href="#/">
      <Mark />
      <span>Portolan</span>
    </a>
  );
}
