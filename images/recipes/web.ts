import { base } from './base.ts';
import type { Recipe } from './recipe.ts';

/** What web applications are served and written with: a web server that runs, two languages, and curl to look at them. */
export const web: Recipe = {
  ...base,
  id: 'web',
  title: 'Debian for the web',
  summary: 'Debian base with nginx serving /var/www/html on port 80, Node.js 18, Python 3.11 and curl.',
  tags: [...base.tags, 'web', 'nginx', 'nodejs', 'python'],
  packages: [...base.packages, 'curl', 'nginx', 'nodejs', 'python3'],
  files: [...base.files, 'web'],
  services: [...base.services, { name: 'nginx', description: 'A web server for the files in /var/www/html' }],
  ports: [80],
  // The last 6 digits spell "web".
  uuid: '00000000-0000-4000-8000-000000776562',
};
