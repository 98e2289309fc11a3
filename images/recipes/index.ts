export { type Recipe, type RecipeService } from './recipe.ts';
export { base } from './base.ts';
export { web } from './web.ts';
