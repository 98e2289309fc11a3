import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appsOriginOf, parseAppPath, routePrefix, shellOriginOf } from '#domain/http/index.ts';

/** At an origin of its own, and below a shell that is in a folder of its host. */
const BASES = fc.constantFrom('', '/portolan', '/a/b');

describe('the origin of apps', () => {
  it.each([
    ['http://portolan.localhost:8080', 'http://apps.portolan.localhost:8080'],
    ['https://portolan.example', 'https://apps.portolan.example'],
  ])('of %s is %s, and back', (shell, apps) => {
    expect([appsOriginOf(shell), shellOriginOf(apps)]).toEqual([apps, shell]);
  });

  it.each(['http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]:8080'])(
    'is none where no name can be below, as at %s',
    (shell) => expect(appsOriginOf(shell)).toBeUndefined(),
  );

  it('is what a deployment says, there and nowhere else', () => {
    const said = { shell: 'https://portolan.example', apps: 'https://guests.example' };
    expect([appsOriginOf(said.shell, said), shellOriginOf(said.apps, said)]).toEqual([said.apps, said.shell]);
    expect(appsOriginOf('http://portolan.localhost:8080', said)).toBe('http://apps.portolan.localhost:8080');
    expect(() => shellOriginOf('https://other.example', said)).toThrow(RangeError);
  });

  it('is not taken for the shell’s', () => {
    expect(() => shellOriginOf('https://portolan.example')).toThrow(RangeError);
  });
});

describe('a path below /app/', () => {
  it('names the machine, the port and what the server is asked', () => {
    fc.assert(
      fc.property(BASES, fc.integer({ min: 1, max: 65_535 }), fc.webPath(), (base, port, path) => {
        const [machine, app] = ['base-1a2b', String(port)];
        const expected = { machine, app, port, path: `/${path.slice(1)}` };
        expect(parseAppPath(`${routePrefix({ base, machine, app })}/${path.slice(1)}`, base)).toEqual(expected);
      }),
    );
  });

  it('may lack the last slash', () => {
    expect(parseAppPath('/app/base-1a2b/80', '')).toMatchObject({ port: 80, path: '' });
  });

  it.each([
    '/',
    '/app/',
    '/app/base',
    '/app/base/0/',
    '/app/base/65536/',
    '/app/base/X/',
    '/app/../80/',
    '/app/Base/80/',
  ])('is none of an app as %s', (path) => expect(parseAppPath(path, '')).toBeUndefined());

  it('is none of an app where apps are below another path', () => {
    expect(parseAppPath('/app/base-1a2b/80/', '/portolan')).toBeUndefined();
    expect(parseAppPath('/portolan/app/base-1a2b/80/', '')).toBeUndefined();
  });
});
