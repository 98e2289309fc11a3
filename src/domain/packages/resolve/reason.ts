import type { Alternatives, Relation } from '../relation.ts';
import type { Candidate, Slot } from './universe.ts';

/** What a clause of the solver stands for: the words of an explanation. */
export type Reason =
  /** The user asked for one of these. */
  | { readonly kind: 'wanted'; readonly name: string; readonly choices: readonly Candidate[] }
  /** The user asked to have it removed. */
  | { readonly kind: 'unwanted'; readonly slot: Slot }
  | { readonly kind: 'depends'; readonly by: Candidate; readonly group: Group }
  | {
      readonly kind: 'conflicts';
      readonly by: Candidate;
      readonly field: 'Conflicts' | 'Breaks';
      readonly relation: Relation;
      readonly with: Candidate;
    }
  /** Only one version of it can be there. */
  | { readonly kind: 'one-version'; readonly slot: Slot }
  /** Two architectures of it cannot be there together, or only at the same version. */
  | { readonly kind: 'one-architecture'; readonly slots: readonly Slot[] }
  /** It is there, and is not taken away without a word. */
  | { readonly kind: 'stays'; readonly slot: Slot };

/** A group of alternatives of a dependency, and what fulfils it, best first. */
export interface Group {
  readonly field: 'Pre-Depends' | 'Depends' | 'Recommends';
  readonly alternatives: Alternatives;
  readonly choices: readonly Candidate[];
}
