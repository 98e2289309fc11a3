import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';

export interface SourceFile {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly text: string;
}

const TEXT = /\.(?:[cm]?[jt]sx?|json|css|html|md|sh|txt|yml|svg|webmanifest|config)$|^\.|\/[^./]+$/;

/** Text files that are tracked, or would be: what is ignored is not ours. */
export function trackedFiles(): readonly SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    encoding: 'utf8',
  });
  const paths = listed.split('\0').filter((path) => TEXT.test(path) && isFile(path));
  return paths.map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

/** False for what was deleted but not yet committed. */
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Code, without what tools generate. */
export function codeFiles(): readonly SourceFile[] {
  return trackedFiles().filter(({ path }) => /\.(?:tsx?|mjs)$/.test(path));
}

const FROM = /(?:^|\n)[ \t]*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/g;
const BARE = /(?:^|\n)[ \t]*import\s*['"]([^'"]+)['"]/g;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]/g;

/** What a file imports or re-exports from, as written. */
export function importsOf({ text }: SourceFile): readonly string[] {
  return [FROM, BARE, DYNAMIC].flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''));
}
