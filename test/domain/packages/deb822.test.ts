import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanStanzas, Stanza } from '#domain/packages/deb822/index.ts';
import { parseIndex, parseStatus } from '#domain/packages/index.ts';
import { failureOf } from '../../support/failure.ts';
import { bytesOf } from './support/debian-text.ts';

function stanzas(text: string, comments = false): Stanza[] {
  const bytes = bytesOf(text);
  const { starts, ends, lines } = scanStanzas(bytes, { what: 'A file', comments }, {});
  return starts.map(
    (start, at) => new Stanza({ what: 'A file', bytes, start, end: ends[at] ?? 0, line: lines[at] ?? 0, comments }),
  );
}

describe('a control file', () => {
  it('has stanzas of fields, whose names know no case', () => {
    const [first, second, ...more] = stanzas('Package: a\nSize:  7 \n\n\npackage: b\nX-Own:\tyes');
    expect([first?.get('package'), first?.get('SIZE'), second?.get('Package'), second?.get('x-own')]).toEqual([
      'a',
      '7',
      'b',
      'yes',
    ]);
    expect([more, first?.get('X-Own'), stanzas(''), stanzas('\n \n\t\n')]).toEqual([[], undefined, [], []]);
  });

  it('goes on with a field in lines that begin with a blank', () => {
    const [stanza] = stanzas('Description: short\n long\n .\n  as it is\nConffiles:\n /etc/a 12\n\ta tab\n');
    expect(stanza?.get('Description')).toBe('short\n long\n .\n  as it is');
    expect(stanza?.get('Conffiles')).toBe('\n /etc/a 12\n\ta tab');
  });

  it('may end its lines as on Windows, and its names with blanks', () => {
    const [a, b] = stanzas('Package: a\r\nSize : 1\r\n more\r\n\r\nPackage: b\r\n');
    expect([a?.get('Package'), a?.get('Size'), b?.get('Package')]).toEqual(['a', '1\n more', 'b']);
  });

  it('is UTF-8', () => {
    expect(stanzas('Maintainer: Zoë 🐟 <z@example.org>')[0]?.get('maintainer')).toBe('Zoë 🐟 <z@example.org>');
  });

  it('has comments only where a person writes it', () => {
    const text = '# one\nPackage: a\n# two\n more\n';
    expect(stanzas(text, true)[0]?.get('Package')).toBe('a\n more');
    expect(() => stanzas(text)).toThrow('line 1: neither a field nor part of one');
  });

  it.each([
    ['Package: a\nnonsense\n', 2, 'neither a field nor part of one'],
    ['Package: a\n\n more\n', 3, 'a continuation line that no field is before'],
    ['Package: a\nSize: 1\nsize: 2\n', 3, '“size” is there twice'],
    ['Package: a\n: b\n', 2, 'neither a field nor part of one'],
    ['Pack age: a\n', 1, 'neither a field nor part of one'],
    ['Päckage: a\n', 1, 'neither a field nor part of one'],
  ])('as %j is refused, with the line', async (text, line, detail) => {
    const error = await failureOf(() => stanzas(text));
    expect(error).toMatchObject({ code: 'format/invalid', data: { line, detail: `line ${line}: ${detail}` } });
  });

  it('that was written from fields is read as them', () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/);
    const line = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
    const field = fc.tuple(name, fc.array(line, { minLength: 1, maxLength: 3 }));
    const some = fc.uniqueArray(field, { minLength: 1, maxLength: 6, selector: ([key]) => key.toLowerCase() });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 5 }), (written) => {
        const text = written.map((fields) => fields.map(([key, lines]) => `${key}: ${lines.join('\n ')}\n`).join(''));
        const read = stanzas(text.join('\n'));
        expect(read).toHaveLength(written.length);
        for (const [at, fields] of written.entries())
          for (const [key, lines] of fields) expect(read[at]?.get(key)).toBe(lines.join('\n '));
      }),
    );
  });
});

const PACKAGES = `Package: a
Architecture: i386
Version: 1:2.0-1
Provides: v, w (= 3),
 x:any
Size: 12
Installed-Size: 4
Multi-Arch: same

Package: b
Version: 1
Architecture: all
Depends: a (>= 1), c (
`;

describe('an index', () => {
  it('knows packages by their names and by what they provide', () => {
    const index = parseIndex(bytesOf(PACKAGES), bytesOf('Package: a\nVersion: 3\nArchitecture: i386\n'));
    expect([index.size, [...index.names()]]).toEqual([3, ['a', 'b']]);
    expect(index.versions('a').map(({ version }) => version)).toEqual(['1:2.0-1', '3']);
    expect(index.versions('nothing')).toEqual([]);
    expect(['v', 'w', 'x'].map((name) => index.providers(name)[0]?.provides)).toEqual([
      { name: 'v' },
      { name: 'w', version: { relation: '=', version: '3' } },
      { name: 'x', qualifier: 'any' },
    ]);
    expect(index.versions('a')[0]).toMatchObject({ downloadBytes: 12, installedBytes: 4096, multiArch: 'same' });
  });

  it('tells of a bad relation when it is asked for, and of what it is', async () => {
    const [entry] = parseIndex(bytesOf(PACKAGES)).versions('b');
    const error = await failureOf(() => entry?.relations('Depends'));
    expect(error).toMatchObject({ code: 'format/invalid', data: { what: 'Depends of b 1' } });
  });

  it.each([
    ['Package: a\nVersion: 1\n', 'there is no Architecture'],
    ['Package: a\nVersion: one\nArchitecture: all\n', '“one” is no version'],
    ['Package: -a\nVersion: 1\nArchitecture: all\n', '“-a” is no package name'],
  ])('with %j says what is wrong', (text, detail) => {
    const name = /^Package: (?<name>.*)$/m.exec(text)?.groups?.['name'] ?? '';
    expect(() => parseIndex(bytesOf(text)).versions(name)).toThrow(`line 1: ${detail}`);
  });
});

describe('dpkg’s status', () => {
  it('has what is unpacked, and says what is not configured or held', () => {
    const states = ['installed', 'config-files', 'half-installed', 'unpacked', 'half-configured', 'triggers-pending'];
    const text = states.map(
      (state, at) =>
        `Package: p${at}\nStatus: ${at === 0 ? 'hold' : 'install'} ok ${state}\nVersion: 1\nArchitecture: i386\n`,
    );
    const gone = 'Package: gone\nStatus: unknown ok not-installed\nArchitecture: i386\n';
    const { installed, architecture } = parseStatus(bytesOf([...text, gone].join('\n')));
    expect(installed.map(({ entry, isConfigured, isHeld }) => [entry.name, isConfigured, isHeld])).toEqual([
      ['p0', true, true],
      ['p3', false, false],
      ['p4', false, false],
      ['p5', true, false],
    ]);
    expect(architecture).toBeUndefined();
  });

  it('that says nothing of a package’s state is refused', () => {
    expect(() => parseStatus(bytesOf('Package: a\nStatus: installed\n'))).toThrow('its Status is not of three words');
  });
});
