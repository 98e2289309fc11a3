import type { Source } from '#ports/sources.ts';
import { entriesWords, healthOf, HEALTH_LABELS, readWords } from '#ui/models/source-words.ts';
import { signatureWords } from '#ui/models/listing-words.ts';

/** How a source does, in a word or two. */
export function SourcePill({ source }: { readonly source: Source }) {
  const health = healthOf(source);
  return (
    <span class="pill" data-state={health}>
      {HEALTH_LABELS[health]}
    </span>
  );
}

interface SourceFactsProps {
  readonly source: Source;
  readonly now: number;
}

/** What there is to know about a source that is no fault. */
export function SourceFacts({ source, now }: SourceFactsProps) {
  const { latency, error } = source.health;
  const facts = [
    entriesWords(source),
    readWords(source, now),
    latency === undefined || error !== undefined ? '' : `answers in ${Math.round(latency)} ms`,
    signatureWords(source.signature),
  ];
  return <p class="row-facts">{facts.filter(Boolean).join(' · ')}</p>;
}
