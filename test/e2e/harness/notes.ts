import { AppError, type ErrorCode, type ErrorData } from '#domain/errors/index.ts';
import { expect, type Locator, type Page } from '@playwright/test';

/** The place in the page that tells of an error with this code. */
export function noteOf(page: Page, code: ErrorCode): Locator {
  return page.locator(`[data-code="${code}"]`);
}

/** Expects that the page tells of the error in its own words: what failed, why, and what to do next. */
export async function expectTold(page: Page, code: ErrorCode, data: ErrorData): Promise<Locator> {
  const { message, advice } = new AppError(code, data);
  const words = page.getByText(message, { exact: true });
  const note = noteOf(page, code).filter({ has: words });
  await expect(note.getByText(message, { exact: true })).toBeVisible();
  await expect(note.getByText(advice, { exact: true })).toBeVisible();
  return note;
}
