import type { Header, HeaderList } from './header.ts';

/** A script that a page is given beside its own. */
export interface AddedScript {
  readonly url: string;
  /** `sha256-` and the digest in Base64, as in its element's `integrity`. */
  readonly integrity: string;
}

/** A directive: its name in lower case, and its values. */
type Directive = readonly [name: string, ...values: string[]];

const FIELDS = ['content-security-policy', 'content-security-policy-report-only'];
/** Which directive decides about an element's script: the first that is there (CSP Level 3, 6.8.4). */
const DECIDING = ['script-src-elem', 'script-src', 'default-src'];

/** Header fields whose policies let one script more run, and nothing else (Content Security Policy Level 3). */
export function allowScript(headers: HeaderList, script: AddedScript): HeaderList {
  return headers.map(([name, value]): Header => {
    if (!FIELDS.includes(name.toLowerCase())) return [name, value];
    return [
      name,
      value
        .split(',')
        .map((policy) => policyWith(policy, script))
        .join(','),
    ];
  });
}

function policyWith(policy: string, script: AddedScript): string {
  const directives = policy.split(';').flatMap(parseDirective);
  const decides = DECIDING.find((name) => directives.some(([each]) => each === name));
  const deciding = directives.find(([name]) => name === decides);
  if (!deciding) return policy;
  const [name, ...sources] = deciding;
  const allowing = sourcesWith(sources, script);
  // In default-src it would count for styles and images as well.
  if (name === 'default-src') return `${policy.replace(/[;\s]*$/, '')}; script-src ${allowing.join(' ')}`;
  const replaced = directives.map((each) => (each === deciding ? [name, ...allowing] : each));
  return replaced.map((each) => each.join(' ')).join('; ');
}

function parseDirective(text: string): [Directive] | [] {
  const [name, ...values] = text.trim().split(/\s+/);
  return name ? [[name.toLowerCase(), ...values]] : [];
}

/** A hash would switch off 'unsafe-inline'; only where 'strict-dynamic' has done so already do addresses count for nothing. */
function sourcesWith(sources: readonly string[], { url, integrity }: AddedScript): string[] {
  const isStrict = sources.some((source) => source.toLowerCase() === "'strict-dynamic'");
  const others = sources.filter((source) => source.toLowerCase() !== "'none'");
  return [...others, isStrict ? `'${integrity}'` : url];
}
