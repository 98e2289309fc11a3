import type { RuntimeService } from '#domain/container/index.ts';
import type { RuntimeRecipe } from './recipe.ts';

export type { RuntimeRecipe } from './recipe.ts';

/** Debian's own site of nginx and Apache: the files in /var/www/html, on port 80 or whatever PORT says. */
function webServer(name: string, run: readonly string[]): RuntimeService {
  return {
    name,
    description: 'Serves the files in /var/www/html',
    run: `${['#!/bin/sh', 'exec 2>&1', ...run].join('\n')}\n`,
    ports: [80],
    environment: { PORT: '80' },
    package: name,
    health: { port: 80, path: '/' },
  };
}

const nginx: RuntimeRecipe = {
  id: 'nginx',
  title: 'nginx',
  summary: 'A web server that serves the files in /var/www/html on port 80.',
  version: '12.1',
  tags: ['web', 'server'],
  packages: ['nginx-light'],
  services: [
    webServer('nginx', [
      'site=/etc/nginx/sites-available/default',
      'grep -q "listen $PORT default_server" $site ||',
      '  sed -i -E "s/(listen (\\[::\\]:)?)[0-9]+( default_server)/\\1$PORT\\3/" $site',
      "exec nginx -g 'daemon off;'",
    ]),
  ],
};

const apache2: RuntimeRecipe = {
  id: 'apache2',
  title: 'Apache',
  summary: 'The Apache HTTP server: serves the files in /var/www/html on port 80.',
  version: '12.1',
  tags: ['web', 'server', 'apache'],
  packages: ['apache2'],
  services: [
    webServer('apache2', [
      'grep -q "^Listen $PORT$" /etc/apache2/ports.conf || {',
      '  sed -i "s/^Listen [0-9]*$/Listen $PORT/" /etc/apache2/ports.conf',
      '  sed -i "s/^<VirtualHost \\*:[0-9]*>/<VirtualHost *:$PORT>/" /etc/apache2/sites-available/000-default.conf',
      '}',
      '. /etc/apache2/envvars',
      'mkdir -p "$APACHE_RUN_DIR" "$APACHE_LOCK_DIR" "$APACHE_LOG_DIR"',
      'exec apache2 -DFOREGROUND',
    ]),
  ],
};

const nodejs: RuntimeRecipe = {
  id: 'nodejs',
  title: 'Node.js 18',
  summary: 'Runs JavaScript outside of browsers, for servers and tools.',
  version: '12.1',
  tags: ['language', 'javascript'],
  packages: ['nodejs'],
  services: [],
};

const python3: RuntimeRecipe = {
  id: 'python3',
  title: 'Python 3.11',
  summary: 'The language with pip and venv, which install packages from files that you bring.',
  version: '12.1',
  tags: ['language', 'python', 'pip', 'venv'],
  packages: ['python3', 'python3-pip', 'python3-venv'],
  services: [],
};

const nextjs: RuntimeRecipe = {
  id: 'nextjs',
  title: 'Next.js 15',
  summary: 'Node.js and a Next.js app as a template in /srv/nextjs: a page that is rendered by a server, on port 3000.',
  version: '12.1',
  tags: ['web', 'javascript', 'react', 'template'],
  packages: ['nodejs'],
  template: { source: 'nextjs', folder: '/srv/nextjs' },
  services: [
    {
      name: 'nextjs',
      description: 'The Next.js app in /srv/nextjs',
      run: '#!/bin/sh\nexec 2>&1\ncd /srv/nextjs || exit 1\nexec node server.js\n',
      ports: [3000],
      package: 'nodejs',
      environment: { NODE_ENV: 'production', PORT: '3000', HOSTNAME: '0.0.0.0', NEXT_TELEMETRY_DISABLED: '1' },
      health: { port: 3000, path: '/' },
    },
  ],
};

const sqlite3: RuntimeRecipe = {
  id: 'sqlite3',
  title: 'SQLite',
  summary: 'A database in a file, and its command line.',
  version: '12.1',
  tags: ['tool', 'database'],
  packages: ['sqlite3'],
  services: [],
};

const git: RuntimeRecipe = {
  id: 'git',
  title: 'Git',
  summary: 'Keeps the history of files.',
  version: '12.1',
  tags: ['tool', 'version control'],
  packages: ['git'],
  services: [],
};

/** The runtimes of the catalog, in its order. */
export const RUNTIMES: readonly RuntimeRecipe[] = [nginx, nodejs, python3, nextjs, apache2, sqlite3, git];
