import { expect, it } from 'vitest';
import { appPageFor } from '../../sw/app-page.ts';

const HOST = 'https://host.example';

it.each([
  ['', '/about.html?a', `${HOST}/app/isle/80/about.html?a`],
  ['', '/', `${HOST}/app/isle/80/`],
  ['/portolan', '/portolan/x', `${HOST}/portolan/app/isle/80/portolan/x`],
])('what a guest’s page below “%s” leads to with %s is its server’s', (base, path, expected) => {
  expect(appPageFor(`${HOST}${base}/app/isle/80/docs/`, new URL(path, HOST), base)).toBe(expected);
});

it.each([
  ['a page of the app itself', `${HOST}/`, '/'],
  ['no page', '', '/'],
  ['a page of another origin', 'https://other.example/app/isle/80/', '/'],
  ['a guest’s page that names the app’s whole address', `${HOST}/app/isle/80/`, '/app/isle/8000/'],
])('what %s leads to stays', (_, referrer, path) => {
  expect(appPageFor(referrer, new URL(path, HOST), '')).toBeUndefined();
});
