import { RosePoints } from './brand.tsx';

/** Nodes on the hidden circle of a portolan chart. */
const NODES = 16;
const RADIUS = 500;

/**
 * The net of a portolan chart: sixteen nodes on a circle, each joined to each. The winds have their traditional inks:
 * the eight principal ones black, half-winds green, quarter-winds red.
 */
export function RhumbLines() {
  return (
    <svg class="rhumb-lines" viewBox="0 0 1000 1000" aria-hidden="true" focusable="false">
      <path class="rhumb-quarter" d={QUARTER_WINDS} />
      <path class="rhumb-half" d={HALF_WINDS} />
      <path class="rhumb-principal" d={PRINCIPAL_WINDS} />
      <g class="rhumb-rose" transform="translate(500 500) scale(4)">
        <RosePoints />
      </g>
    </svg>
  );
}

/** The chord between nodes i and j runs at (i + j) · 11.25°, which tells its wind. */
function chords(belongs: (sum: number) => boolean): string {
  const lines: string[] = [];
  for (let i = 0; i < NODES; i++) {
    for (let j = i + 2; j < NODES; j++) if (belongs(i + j)) lines.push(`M${point(i)}L${point(j)}`);
  }
  return lines.join('');
}

function point(node: number): string {
  const angle = (node / NODES) * 2 * Math.PI;
  const coordinates = [RADIUS + RADIUS * Math.sin(angle), RADIUS - RADIUS * Math.cos(angle)];
  return coordinates.map((value) => Math.round(value)).join(' ');
}

const PRINCIPAL_WINDS = chords((sum) => sum % 4 === 0);
const HALF_WINDS = chords((sum) => sum % 4 === 2);
const QUARTER_WINDS = chords((sum) => sum % 2 === 1);
