import { describe, expect, it } from 'vitest';
import { deployedOrigins } from '../../cli/bundle/origins.ts';

describe('the origins of a deployment', () => {
  it('are two, or go by the rule', () => {
    expect(deployedOrigins({})).toBeUndefined();
    const environment = {
      PORTOLAN_ORIGIN: 'https://portolan.example/',
      PORTOLAN_APPS_ORIGIN: 'https://guests.example',
    };
    expect(deployedOrigins(environment)).toEqual({ shell: 'https://portolan.example', apps: 'https://guests.example' });
  });

  it.each([
    [{ PORTOLAN_APPS_ORIGIN: 'https://guests.example' }, 'PORTOLAN_ORIGIN is not set'],
    [{ PORTOLAN_ORIGIN: 'https://portolan.example' }, 'PORTOLAN_APPS_ORIGIN is not set'],
    [{ PORTOLAN_ORIGIN: 'https://a.example', PORTOLAN_APPS_ORIGIN: 'https://b.example/apps' }, 'not an origin'],
    [{ PORTOLAN_ORIGIN: 'https://a.example', PORTOLAN_APPS_ORIGIN: 'b.example' }, 'not an origin'],
    [
      { PORTOLAN_ORIGIN: 'https://a.example', PORTOLAN_APPS_ORIGIN: 'https://a.example' },
      'pages of guests need another',
    ],
  ])('cannot be %o', (environment, reason) => {
    expect(() => deployedOrigins(environment)).toThrow(reason);
  });
});
