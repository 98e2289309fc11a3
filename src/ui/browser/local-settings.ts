import type { Settings } from '#ui/models/environment.ts';

/** Settings in localStorage. Browsers that refuse it (blocked site data) remember nothing, and nothing breaks. */
export const localSettings: Settings = {
  read(key) {
    try {
      return localStorage.getItem(key) ?? undefined;
    } catch {
      return undefined;
    }
  },
  write(key, value) {
    try {
      localStorage.setItem(key, value);
    } catch {
      // Kept for this visit only.
    }
  },
};
