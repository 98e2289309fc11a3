import type { AppRequest } from '#ports/app-service.ts';

/** What a page of a guest's server at port 80 asks for its first page. */
export const APP_REQUEST: AppRequest = {
  origin: 'https://host.example',
  base: '',
  app: '80',
  port: 80,
  method: 'GET',
  target: '/',
  headers: [],
  hasBody: false,
  bodyLength: undefined,
  site: 'same-site',
};
