import type { RuntimeService } from '#domain/container/index.ts';
import type { Recipe } from '../recipes/index.ts';

/** What a runtime is made of: data only. */
export interface RuntimeRecipe extends Pick<Recipe, 'id' | 'title' | 'summary' | 'version' | 'tags'> {
  /** Debian packages; what they need beyond the container `base` comes with them. */
  readonly packages: readonly string[];
  readonly services: readonly RuntimeService[];
  /** An app for Node.js that is built from a folder beside the recipes, and where its files go. */
  readonly template?: { readonly source: string; readonly folder: string };
}
