import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIpv4 } from '#domain/net/index.ts';
import { NameTable } from '#domain/wisp/names.ts';

describe('names', () => {
  it('have an address each, always the same, of the range that is nobody’s', () => {
    fc.assert(
      fc.property(fc.array(fc.domain(), { minLength: 1, maxLength: 50 }), (given) => {
        const table = new NameTable();
        const names = given.map((name) => name.toLowerCase());
        const addresses = names.map((name) => table.addressOf(name) ?? '');
        expect(names.map((name) => table.addressOf(name))).toEqual(addresses);
        expect(addresses.map((address) => table.hostAt(address))).toEqual(names);
        expect(new Set(addresses).size).toBe(new Set(names).size);
        for (const address of addresses) expect(parseIpv4(address) >>> 17).toBe(parseIpv4('198.18.0.0') >>> 17);
      }),
    );
  });

  it('that were asked for longest ago make room when all addresses are given away', () => {
    const table = new NameTable(3);
    const [a, b, c] = ['a.test', 'b.test', 'c.test'].map((name) => table.addressOf(name));
    expect(table.addressOf('a.test')).toBe(a);
    expect(table.addressOf('d.test')).toBe(b);
    expect(table.hostAt(b ?? '')).toBe('d.test');
    expect(table.hostAt(c ?? '')).toBe('c.test');
    expect(table.addressOf('b.test')).toBe(c);
  });

  it('are there for all of the range', () => {
    const table = new NameTable();
    for (let i = 0; i < 2 ** 17 - 2; i++) table.addressOf(`n${i}`);
    expect(table.addressOf('n131069')).toBe('198.19.255.254');
    expect(table.addressOf('one-more')).toBe('198.18.0.1');
  });

  it('are none that no host can have', () => {
    const table = new NameTable();
    for (const name of [
      '',
      '.',
      'a..b',
      '-a.test',
      'a b',
      'ä.test',
      '1.0.0.127.in-addr.arpa',
      `${'a'.repeat(64)}.test`,
    ]) {
      expect(table.addressOf(name), name).toBeUndefined();
    }
    expect(table.addressOf('_http._tcp.isle.test')).toBeDefined();
  });

  it('are not behind addresses that were not given away; those of the world stand for themselves', () => {
    const table = new NameTable();
    expect(table.hostAt('198.18.0.1')).toBeUndefined();
    expect(table.hostAt('192.0.2.7')).toBe('192.0.2.7');
    expect(table.hostAt('198.17.255.255')).toBe('198.17.255.255');
    expect(table.hostAt('198.20.0.0')).toBe('198.20.0.0');
  });
});
