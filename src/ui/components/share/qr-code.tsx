import { correction, generate } from 'lean-qr';
import { toSvgPath } from 'lean-qr/extras/svg';
import { useMemo } from 'preact/hooks';

/** Light modules around the code that readers need to find it (ISO/IEC 18004, 9.1). */
const QUIET_ZONE = 4;

interface QrCodeProps {
  readonly text: string;
  /** What it is, for those who cannot see it. */
  readonly label: string;
}

/** A text as a QR code: dark on light in both themes, because many readers know no other. */
export function QrCode({ text, label }: QrCodeProps) {
  const { size, path } = useMemo(() => encode(text), [text]);
  const side = size + 2 * QUIET_ZONE;
  return (
    <svg
      class="qr"
      viewBox={`${-QUIET_ZONE} ${-QUIET_ZONE} ${side} ${side}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <rect class="qr-paper" x={-QUIET_ZONE} y={-QUIET_ZONE} width={side} height={side} />
      <path class="qr-ink" d={path} />
    </svg>
  );
}

/** A screen has no dirt: the lowest correction keeps the modules large. */
function encode(text: string): { readonly size: number; readonly path: string } {
  const code = generate(text, { minCorrectionLevel: correction.L, maxCorrectionLevel: correction.Q });
  return { size: code.size, path: toSvgPath(code) };
}
